namespace Meetpoint.Media.Dtls;

/// <summary>
/// The datagrams of the last flight, kept so that they can be sent again byte for byte, and which of them have not been sent yet. Bounded:
/// what does not fit is lost, as the network may lose it.
/// </summary>
sealed class Flight
{
    /// <summary>Room for a certificate chain of ten certificates; our own flights take under 2 KiB.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Most datagrams.</summary>
    public const int MaxDatagrams = 64;

    readonly List<(int Start, int Length)> _datagrams = [];
    byte[] _bytes = [];
    int _used;
    int _sent;
    bool _replace;

    public bool HasUnsent => _sent < _datagrams.Count;

    /// <summary>OpenSSL writes a flight within one call: what is added from here on replaces what was kept, if anything is.</summary>
    public void BeginCall() => _replace = true;

    public void Add(ReadOnlySpan<byte> datagram)
    {
        if (_replace)
        {
            Clear();
            _replace = false;
        }
        if (_datagrams.Count >= MaxDatagrams || _used + datagram.Length > MaxBytes)
        {
            return;
        }
        if (_used + datagram.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(MaxBytes, Math.Max(_used + datagram.Length, Math.Max(2048, _bytes.Length * 2))));
        }
        datagram.CopyTo(_bytes.AsSpan(_used));
        _datagrams.Add((_used, datagram.Length));
        _used += datagram.Length;
    }

    public void Clear()
    {
        _datagrams.Clear();
        _used = 0;
        _sent = 0;
    }

    /// <summary>Everything counts as not yet sent.</summary>
    public void Rewind() => _sent = 0;

    /// <summary>The next datagram not yet sent.</summary>
    public bool TryTakeUnsent(out ReadOnlyMemory<byte> datagram)
    {
        datagram = default;
        if (!HasUnsent)
        {
            return false;
        }
        var (start, length) = _datagrams[_sent++];
        datagram = _bytes.AsMemory(start, length);
        return true;
    }
}
