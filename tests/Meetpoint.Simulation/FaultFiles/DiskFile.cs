namespace Meetpoint.Simulation.FaultFiles;

/// <summary>One file as a disk sees it: what is surely on the platter, and what the system still holds in its cache, in order.</summary>
sealed class DiskFile(byte[] durable, bool durableName)
{
    /// <summary>The unit that a disk writes whole or not at all.</summary>
    const int SectorBytes = 512;

    readonly List<(long Offset, byte[]? Bytes)> pending = []; // no bytes: cut to the offset
    byte[] durable = durable;
    int length = durable.Length; // what is behind it in the array is room to grow
    bool durableName = durableName;

    /// <summary>Unlinked, which lasts only once the folder is synced.</summary>
    public bool Unlinked { get; private set; }

    /// <summary>Whether the name came to be since the folder was last synced; the first sync of such a journal syncs the folder.</summary>
    public bool NewName { get; private set; } = !durableName;

    public void Unlink()
    {
        Truncate(0);
        Unlinked = true;
    }

    public void CreateAgain() => (Unlinked, NewName) = (false, true);

    public void Write(long offset, ReadOnlySpan<byte> bytes) => pending.Add((offset, bytes.ToArray()));

    public void Truncate(long length) => pending.Add((length, null));

    /// <summary>All that was written is on the platter, and so is the name, since SQLite syncs the folder of a new journal.</summary>
    public void Sync()
    {
        foreach (var (offset, bytes) in pending)
            Apply(offset, bytes);
        pending.Clear();
        durableName = true;
        NewName = false;
    }

    /// <summary>
    /// Power fails: of what was not synced nothing is kept, or with a seed any part, since a disk writes in an order of its own:
    /// each write whole, torn at a sector, or not at all.
    /// </summary>
    /// <returns>The content that is found afterwards; null when the file itself was never synced.</returns>
    public byte[]? LosePower(Random? chance)
    {
        foreach (var (offset, bytes) in pending)
        {
            switch (chance?.Next(3))
            {
                case 0:
                    Apply(offset, bytes);
                    durableName = true;
                    break;
                case 1 when bytes is not null:
                    var sectors = (bytes.Length + SectorBytes - 1) / SectorBytes;
                    Apply(offset, bytes[..Math.Min(bytes.Length, chance.Next(sectors) * SectorBytes)]);
                    durableName = true;
                    break;
            }
        }

        pending.Clear();
        return durableName ? durable[..length] : null;
    }

    void Apply(long offset, byte[]? bytes)
    {
        var end = checked((int)(offset + (bytes?.Length ?? 0)));
        if (bytes is null)
        {
            // Cut, or grown with noughts, which the room behind must then hold again.
            Array.Resize(ref durable, end);
            length = end;
            return;
        }

        if (durable.Length < end)
            Array.Resize(ref durable, Math.Max(end, durable.Length * 2));
        bytes.CopyTo(durable, offset);
        length = Math.Max(length, end);
    }
}
