using System.Collections.Concurrent;
using ChestXray.Kernels;
using ChestXray.Pipeline;

namespace ChestXray.Model.Feeding;

/// <summary>
/// Image files as a model wants them: decoded, resized and rounded as its store was, standardised by the same pass. A file that
/// can't be read is named and its pixels are zero. Thread-safe.
/// </summary>
internal sealed class ImageFileSource(IReadOnlyList<string> paths, ModelCard card) : IBatchSource, IDisposable
{
    private readonly ConcurrentBag<Lane> _lanes = [];
    private readonly ConcurrentDictionary<int, ImageFormatException> _broken = new();

    public int Count => paths.Count;

    public int Size => card.Layout.Size;

    /// <summary>What could not be read, by position.</summary>
    public IReadOnlyDictionary<int, ImageFormatException> Broken => _broken;

    public void Read(int epoch, int first, int count, Span<float> images, Span<float> labels)
    {
        labels.Clear();
        if (!_lanes.TryTake(out Lane? lane))
            lane = new(card);
        lane.Read(paths, first, count, images, _broken);
        _lanes.Add(lane);
    }

    public void Dispose()
    {
        while (_lanes.TryTake(out Lane? lane))
            lane.Dispose();
    }

    /// <summary>What one thread needs.</summary>
    private sealed unsafe class Lane : IDisposable
    {
        private static readonly int[] _record = [0];
        private static readonly Matrix2x3[] _whole = [Matrix2x3.Identity];
        private readonly StoreLayout _layout;
        private readonly RecordReader _reader;
        private readonly FeedLane _feed;

        public Lane(ModelCard card)
        {
            _layout = card.Layout;
            _reader = new(_layout);
            _feed = new(_layout, card.Input);
        }

        public void Read(
            IReadOnlyList<string> paths, int first, int count, Span<float> images,
            ConcurrentDictionary<int, ImageFormatException> broken)
        {
            fixed (float* at = images)
            {
                float* batch = at;
                _reader.Read(paths, first, count, (index, record, error) =>
                {
                    int pixels = _layout.Size * _layout.Size;
                    Span<float> image = new(batch + (long)(index - first) * pixels, pixels);
                    if (error is null)
                    {
                        Standardise(record, image);
                        return;
                    }

                    image.Clear();
                    broken[index] = error;
                });
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _feed.Augmenter.Dispose();
        }

        private void Standardise(ReadOnlySpan<byte> record, Span<float> pixels)
        {
            fixed (byte* at = record)
            {
                if (_layout.Pixels == PixelType.U16)
                    _feed.Augmenter.Run((ushort*)at, 1, _record, _whole, pixels);
                else
                    _feed.Augmenter.Run(at, 1, _record, _whole, pixels);
            }
        }
    }
}
