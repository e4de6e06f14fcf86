namespace ChestXray.Pipeline.Caching;

/// <summary>Which slot takes which image.</summary>
/// <remarks>
/// An image's own slot is its place in the label file, among the images that there are: so the same images get the same record
/// numbers from folders, zip and tar files, in whatever order they come and however often the work was broken off. Where that
/// slot was given away before (the image changed, or others joined the set), the lowest one that nobody owns takes it.
/// </remarks>
internal static class SlotPlan
{
    /// <summary>Assigns slots that no record ever had.</summary>
    /// <param name="places">The places of the images that have no record, rising.</param>
    /// <param name="images">How many places there are.</param>
    /// <param name="manifest">Knows the slots that are taken.</param>
    /// <returns>The slot of each.</returns>
    public static int[] Assign(IReadOnlyList<int> places, int images, Manifest manifest)
    {
        int[] slots = new int[places.Count];
        bool[] isOwned = new bool[images];
        for (int i = 0; i < slots.Length; i++)
        {
            isOwned[places[i]] = manifest.IsFree(places[i]);
            slots[i] = isOwned[places[i]] ? places[i] : -1;
        }

        int next = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] >= 0)
                continue;
            while (!manifest.IsFree(next) || (next < images && isOwned[next]))
                next++;
            slots[i] = next++;
        }

        return slots;
    }
}
