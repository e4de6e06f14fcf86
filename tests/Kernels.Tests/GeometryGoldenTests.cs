using System.Text.Json;
using ChestXray.Kernels.Ops;
using ChestXray.Tests;

namespace ChestXray.Kernels.Tests;

public class GeometryGoldenTests
{
    [Fact]
    public void Keras_mode_is_TensorFlow_to_the_bit_in_every_fill_mode()
    {
        int cases = 0;
        ForEachCase((name, width, height, border, matrices, input, expected, _) =>
        {
            float[] image = input, next = new float[input.Length];
            foreach (KerasMatrix matrix in matrices)
            {
                KerasWarp.Resample(image, width, height, matrix, border, 0, next);
                (image, next) = (next, new float[input.Length]);
            }

            Assert.Equal(expected, image);
            cases++;
        });
        Assert.True(cases == 29, $"only {cases} cases");
    }

    [Fact]
    public void The_float64_reference_is_within_3e_3_of_TensorFlow_in_every_fill_mode() =>
        ForEachCase((name, width, height, border, matrices, input, expected, json) =>
        {
            float[] image = input;
            foreach (Matrix2x3 matrix in Exact(json, width, height))
            {
                double[] next = new double[image.Length];
                WarpReference.Run<float>(image, width, height, matrix, border, Interpolation.Bilinear, 0, 0, 1, next, width,
                    height);
                image = [.. next.Select(v => (float)v)];
            }

            for (int i = 0; i < image.Length; i++)
                Assert.True(Math.Abs(image[i] - expected[i]) <= 3e-3, $"{name}: pixel {i} is {image[i]}, not {expected[i]}");
        });

    [Theory]
    [MemberData(nameof(CpuAugmenterTests.Levels), MemberType = typeof(CpuAugmenterTests))]
    public void Every_case_through_the_CPU_s_pass_is_within_a_hundredth_of_a_grey_level(SimdLevel level)
    {
        InTurn((options, matrix, image, next) =>
        {
            using CpuAugmenter augmenter = new(options with { Simd = level });
            augmenter.Run(image, [0], [matrix], next);
        });
    }

    [Fact]
    public void Every_case_through_the_GPU_s_kernels_is_within_a_hundredth_of_a_grey_level()
    {
        using KernelDevice device = KernelDevice.Simulator();
        InTurn((options, matrix, image, next) =>
        {
            using DeviceBuffer source = new(device, image.Length * sizeof(float)),
                output = new(device, next.Length * sizeof(float));
            using GpuAugmenter augmenter = new(device, options, 1);
            source.CopyFrom<float>(image);
            augmenter.Run<float, float>(source.Address, 1, [0], [matrix], output.Address, next.Length);
            output.CopyTo<float>(next);
        });
    }

    [Fact]
    public void Matrices_are_Keras_within_float32()
    {
        int equal = 0, cases = 0;
        ForEachCase((name, width, height, border, matrices, input, expected, json) =>
        {
            KerasMatrix[] own = Own(json, width, height);
            Matrix2x3[] exact = Exact(json, width, height);
            Assert.Equal(matrices.Length, own.Length);
            for (int i = 0; i < own.Length; i++)
            {
                cases++;
                equal += own[i] == matrices[i] ? 1 : 0;
                Assert.Equal(matrices[i].A, own[i].A, 1.2e-7f);
                Assert.Equal(matrices[i].B, own[i].B, 1.2e-7f);
                Assert.Equal(matrices[i].C, own[i].C, 3e-5f);
                Assert.Equal(matrices[i].D, own[i].D, 1.2e-7f);
                Assert.Equal(matrices[i].E, own[i].E, 1.2e-7f);
                Assert.Equal(matrices[i].F, own[i].F, 3e-5f);
                Assert.Equal(matrices[i].C, exact[i].C, 3e-5);
                Assert.Equal(matrices[i].F, exact[i].F, 3e-5);
            }
        });
        Assert.True(equal > cases * 9 / 10, $"{equal} of {cases} are equal to the bit");
    }

    [Theory]
    [MemberData(nameof(CpuAugmenterTests.Levels), MemberType = typeof(CpuAugmenterTests))]
    public void A_rotated_radiograph_is_TensorFlow_s_within_a_hundredth_of_a_grey_level(SimdLevel level)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/geometry.json")));
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/geometry.safetensors"));
        foreach ((string image, double angle, double zoom) in Images(document))
        {
            byte[] record = tensors.Read<byte>($"{image}.in");
            float[] expected = tensors.Read<float>($"{image}.rotated"), found = new float[expected.Length];
            using CpuAugmenter augmenter = new(CpuAugmenterTests.Options(level, 224, 224));
            augmenter.Run(record, [0], [Matrix2x3.Rotation(angle, 224, 224)], found);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-2);
        }
    }

    [Fact]
    public void The_Keras_augmenter_turns_and_zooms_a_radiograph_as_TensorFlow_does()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/geometry.json")));
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/geometry.safetensors"));
        foreach ((string image, double angle, double zoom) in Images(document))
        {
            byte[] record = tensors.Read<byte>($"{image}.in");
            float[] expected = tensors.Read<float>($"{image}.rotated_then_zoomed"), found = new float[expected.Length];
            new KerasAugmenter(224, 224).Run(record, [0], [(float)angle], [(float)zoom], found);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-2);
        }
    }

    /// <summary>Rotation and zoom one after the other, as Keras does them, in an augmenter's float records.</summary>
    private static void InTurn(Action<AugmenterOptions, Matrix2x3, float[], float[]> resample) =>
        ForEachCase((name, width, height, border, matrices, input, expected, json) =>
        {
            float[] image = input;
            foreach (Matrix2x3 matrix in Exact(json, width, height))
            {
                float[] next = new float[image.Length];
                resample(new() { SourceHeight = height, SourceWidth = width, Border = border }, matrix, image, next);
                image = next;
            }

            for (int i = 0; i < image.Length; i++)
                Assert.True(Math.Abs(image[i] - expected[i]) <= 1e-2, $"{name}: pixel {i} is {image[i]}, not {expected[i]}");
        });

    private delegate void Case(
        string name, int width, int height, Border border, KerasMatrix[] matrices, float[] input, float[] expected,
        JsonElement json);

    private static void ForEachCase(Case check)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/tensorflow/geometry.json")));
        Safetensors tensors = new(SharedData.Require("golden/tensorflow/geometry.safetensors"));
        foreach (JsonElement json in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = json.GetProperty("case").GetString()!;
            Border border = Enum.Parse<Border>(json.GetProperty("fill_mode").GetString()!, ignoreCase: true);
            KerasMatrix[] matrices = [.. new[] { "rotation_matrix", "zoom_matrix" }
                .Where(key => json.TryGetProperty(key, out JsonElement _)).Select(key => Matrix(json.GetProperty(key)))];
            bool isImage = name.StartsWith("image.", StringComparison.Ordinal);
            check(
                name, json.GetProperty("width").GetInt32(), json.GetProperty("height").GetInt32(), border, matrices,
                isImage ? [.. tensors.Read<byte>($"{name}.in").Select(v => (float)v)] : tensors.Read<float>($"{name}.in"),
                tensors.Read<float>(isImage ? $"{name}.rotated_then_zoomed" : $"{name}.out"), json);
        }
    }

    private static KerasMatrix Matrix(JsonElement json)
    {
        float[] m = [.. json.EnumerateArray().Select(e => e.GetSingle())];
        return new(m[0], m[1], m[2], m[3], m[4], m[5]);
    }

    private static KerasMatrix[] Own(JsonElement json, int width, int height) =>
    [
        .. Numbers(json, "angle_radians").Select(v => KerasWarp.Rotation((float)v, width, height)),
        .. Numbers(json, "zoom").Select(v => KerasWarp.Zoom((float)v, width, height)),
    ];

    private static Matrix2x3[] Exact(JsonElement json, int width, int height) =>
    [
        .. Numbers(json, "angle_radians").Select(v => Matrix2x3.Rotation(v, width, height)),
        .. Numbers(json, "zoom").Select(v => Matrix2x3.Zoom(v, v, width, height)),
    ];

    private static IEnumerable<double> Numbers(JsonElement json, string key) =>
        json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? [value.GetDouble()] : [];

    private static IEnumerable<(string Image, double Angle, double Zoom)> Images(JsonDocument document) =>
        document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(e => e.GetProperty("case").GetString()!.StartsWith("image.", StringComparison.Ordinal))
            .Select(e => (e.GetProperty("case").GetString()!, e.GetProperty("angle_radians").GetDouble(),
                e.GetProperty("zoom").GetDouble()));
}
