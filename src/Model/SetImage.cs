using ChestXray.Pipeline;

namespace ChestXray.Model;

/// <summary>An image of a set: its label row and its record in the store.</summary>
/// <param name="Label">The row.</param>
/// <param name="Record">The record.</param>
public readonly record struct SetImage(LabelRow Label, StoredRecord Record);
