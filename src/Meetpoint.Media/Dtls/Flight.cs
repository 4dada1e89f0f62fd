namespace Meetpoint.Media.Dtls;

/// <summary>
/// The datagrams of the last flight, and repetitions of it that were written ahead, each under record numbers of its own (RFC 6347 4.2.4): what of it is to be sent now, and what
/// when nobody answers. Bounded: of the flight what does not fit is lost, as the network may lose it, and a repetition that does not fit is left out.
/// </summary>
/// <param name="mtuBytes">Records of a repetition share a datagram up to this, as those of the flight do.</param>
sealed class Flight(int mtuBytes)
{
    /// <summary>Room for a certificate chain of ten certificates; our own flights take under 2 KiB, and some 1 KiB as a rule.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Most datagrams.</summary>
    public const int MaxDatagrams = 64;

    /// <summary>Most repetitions that are written ahead; after them the last of them is sent again. OpenSSL gives up at 12.</summary>
    public const int MaxRepetitions = 8;

    const byte AlertRecord = 21;

    readonly List<(int Start, int Length)> _datagrams = [];
    readonly List<(int Datagram, int Byte)> _repetitions = []; // where each begins
    byte[] _bytes = [];
    int _used;
    int _now; // 0 for the flight itself, n for its n-th repetition
    int _sent;
    bool _replace;
    bool _repeats; // what is added belongs to the last repetition
    bool _leavesOut;

    public bool HasUnsent => _sent < End;

    int End => _now < _repetitions.Count ? _repetitions[_now].Datagram : _datagrams.Count;

    /// <summary>OpenSSL writes a flight within one call: what is added from here on replaces what was kept, if anything is.</summary>
    public void BeginCall()
    {
        _replace = true;
        _repeats = _leavesOut = false;
    }

    /// <summary>What is added from here on, within this call, repeats the flight; false when no further repetition is kept.</summary>
    public bool BeginRepetition()
    {
        _repeats = true;
        _leavesOut = _repetitions.Count == MaxRepetitions;
        if (!_leavesOut)
            _repetitions.Add((_datagrams.Count, _used));
        return _repetitions.Count < MaxRepetitions;
    }

    public void Add(ReadOnlySpan<byte> datagram)
    {
        // An alert is of no repetition: it says that there is nothing to repeat.
        if (_repeats ? datagram[0] == AlertRecord : _replace)
        {
            Clear();
            _replace = false;
        }
        if (_leavesOut)
        {
            return;
        }
        if (_datagrams.Count >= MaxDatagrams || _used + datagram.Length > MaxBytes)
        {
            if (_repeats)
            {
                LeaveOut();
            }
            return;
        }
        if (_used + datagram.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(MaxBytes, Math.Max(_used + datagram.Length, Math.Max(2048, _bytes.Length * 2))));
        }
        datagram.CopyTo(_bytes.AsSpan(_used));
        if (_repeats && _datagrams.Count > _repetitions[^1].Datagram && _datagrams[^1].Length + datagram.Length <= mtuBytes)
        {
            // OpenSSL packs a flight, and sends each message of a repetition on its own, of which any may be lost.
            _datagrams[^1] = (_datagrams[^1].Start, _datagrams[^1].Length + datagram.Length);
        }
        else
        {
            _datagrams.Add((_used, datagram.Length));
        }
        _used += datagram.Length;
    }

    /// <summary>Another flight begins.</summary>
    public void Clear()
    {
        _datagrams.Clear();
        _repetitions.Clear();
        _used = _sent = _now = 0;
        _repeats = _leavesOut = false;
    }

    /// <summary>The next repetition counts as not yet sent; with none, what was sent last.</summary>
    public void Repeat()
    {
        _now = Math.Min(_now + 1, _repetitions.Count);
        _sent = _now == 0 ? 0 : _repetitions[_now - 1].Datagram;
    }

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

    void LeaveOut()
    {
        var (datagram, start) = _repetitions[^1];
        _repetitions.RemoveAt(_repetitions.Count - 1);
        _datagrams.RemoveRange(datagram, _datagrams.Count - datagram);
        _used = start;
        _leavesOut = true;
    }
}
