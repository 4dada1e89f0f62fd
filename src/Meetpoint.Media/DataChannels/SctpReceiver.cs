using System.Buffers.Binary;

namespace Meetpoint.Media.DataChannels;

/// <summary>What came of the peer's data: which numbers, which messages are whole, and whose turn it is in each stream (RFC 9260 section 6).</summary>
sealed class SctpReceiver(SctpOptions options)
{
    /// <summary>Numbers ahead of the first that is missing that are kept.</summary>
    const int MaxAhead = 1_024;

    /// <summary>Gaps that an acknowledgement tells.</summary>
    const int MaxGaps = 32;

    const byte Unordered = 4, Beginning = 2, Ending = 1;

    readonly Dictionary<uint, Fragment> _fragments = []; // of messages that are not whole, by number
    readonly List<uint> _ahead = []; // numbers behind a gap, in order
    readonly Dictionary<(ushort Stream, ushort Sequence), Message> _waiting = [];
    readonly Dictionary<ushort, ushort> _next = []; // sequence number that is due in a stream
    readonly Queue<Message> _ready = new();
    uint _cumulative;
    int _bytes;

    /// <summary>The last number before the first that is missing.</summary>
    public uint Cumulative => _cumulative;

    /// <summary>The peer's first number.</summary>
    public void Begin(uint firstNumber) => _cumulative = firstNumber - 1;

    /// <summary>Takes a chunk of data, without its header; false when it breaks a limit that the peer was told.</summary>
    public bool TryTake(byte flags, ReadOnlySpan<byte> chunk)
    {
        const int HeaderLength = 12;
        if (chunk.Length <= HeaderLength)
            return false; // section 3.3.1: no data is an error
        var number = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        var ahead = (int)(number - _cumulative);
        // Twice, or no room: it is not acknowledged, and comes again.
        if (ahead is <= 0 or > MaxAhead || _ahead.Contains(number) || (ahead > 1 && _bytes + chunk.Length > options.MaxBufferBytes))
            return true;
        Note(number);
        _fragments[number] = new Fragment(
            flags, BinaryPrimitives.ReadUInt16BigEndian(chunk[4..]), BinaryPrimitives.ReadUInt16BigEndian(chunk[6..]), BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]), chunk[HeaderLength..].ToArray());
        _bytes += chunk.Length;
        return TryAssemble(number) && _bytes <= options.MaxBufferBytes + options.MaxMessageBytes;
    }

    /// <summary>Takes the next message that is whole and due.</summary>
    public bool TryTakeMessage(out Message message)
    {
        if (!_ready.TryDequeue(out message))
            return false;
        _bytes -= message.Held;
        return true;
    }

    /// <summary>Writes the value of a SACK (section 3.3.4); its length.</summary>
    public int WriteAcknowledgement(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, _cumulative);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)Math.Max(0, options.MaxBufferBytes - _bytes));
        var (gaps, at) = (0, 12);
        for (var i = 0; i < _ahead.Count && gaps < MaxGaps; gaps++, at += 4)
        {
            var first = _ahead[i];
            var last = first;
            while (++i < _ahead.Count && _ahead[i] == last + 1)
                last++;
            BinaryPrimitives.WriteUInt16BigEndian(value[at..], (ushort)(first - _cumulative));
            BinaryPrimitives.WriteUInt16BigEndian(value[(at + 2)..], (ushort)(last - _cumulative));
        }

        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)gaps);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], 0);
        return at;
    }

    /// <summary>Bytes of the longest acknowledgement.</summary>
    public const int MaxAcknowledgement = 12 + (MaxGaps * 4);

    void Note(uint number)
    {
        var at = _ahead.Count;
        while (at > 0 && (int)(_ahead[at - 1] - number) > 0)
            at--;
        _ahead.Insert(at, number);
        var taken = 0;
        while (taken < _ahead.Count && _ahead[taken] == _cumulative + 1)
        {
            _cumulative++;
            taken++;
        }

        _ahead.RemoveRange(0, taken);
    }

    /// <summary>Puts a message together when all of it is there.</summary>
    bool TryAssemble(uint number)
    {
        var first = number;
        while ((_fragments[first].Flags & Beginning) == 0)
        {
            if (!_fragments.ContainsKey(first - 1))
                return true;
            first--;
        }

        var (last, length) = (first, 0);
        while (true)
        {
            if (!_fragments.TryGetValue(last, out var fragment))
                return length <= options.MaxMessageBytes;
            length += fragment.Data.Length;
            if ((fragment.Flags & Ending) != 0)
                break;
            last++;
        }

        if (length > options.MaxMessageBytes)
            return false;
        var head = _fragments[first];
        var (data, at, held) = (new byte[length], 0, 0);
        for (var i = first; i != last + 1; i++)
        {
            _fragments.Remove(i, out var fragment);
            fragment.Data.CopyTo(data, at);
            at += fragment.Data.Length;
            held += fragment.Data.Length + 12;
        }

        Deliver(head, new Message(head.Stream, head.Protocol, data, held));
        return true;
    }

    void Deliver(in Fragment head, in Message message)
    {
        if ((head.Flags & Unordered) != 0)
        {
            _ready.Enqueue(message);
            return;
        }

        var due = _next.GetValueOrDefault(head.Stream);
        _waiting[(head.Stream, head.Sequence)] = message;
        while (_waiting.Remove((head.Stream, due), out var next))
        {
            _ready.Enqueue(next);
            due++;
        }

        _next[head.Stream] = due;
    }

    /// <summary>A message that is whole.</summary>
    public readonly record struct Message(ushort Stream, uint Protocol, byte[] Data, int Held);

    readonly record struct Fragment(byte Flags, ushort Stream, ushort Sequence, uint Protocol, byte[] Data);
}
