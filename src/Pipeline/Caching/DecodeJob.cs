namespace ChestXray.Pipeline.Caching;

/// <summary>An image to decode and the slot that takes it.</summary>
internal readonly record struct DecodeJob(IndexedImage Image, int Slot);
