using System.Buffers.Binary;

namespace Meetpoint.Media.DataChannels;

/// <summary>What is to be sent, what is on the way, and how much may be (RFC 9260 sections 6.1, 6.3 and 7).</summary>
sealed class SctpSender(SctpOptions options)
{
    /// <summary>Bytes of a chunk of data ahead of its payload.</summary>
    public const int DataHeaderLength = 16;

    const byte Beginning = 2, Ending = 1;
    const int MissesUntilResent = 3;

    readonly Queue<Chunk> _unsent = new();
    readonly List<Chunk> _flight = [];
    readonly Dictionary<ushort, ushort> _sequences = [];
    uint _number;
    uint _recoveryEnd;
    bool _isRecovering;
    long _peerWindow;
    int _congestionWindow;
    int _threshold = int.MaxValue;
    int _acknowledgedPart;
    int _bytes;
    long _smoothedNs;
    long _variationNs;

    /// <summary>Wait for an acknowledgement (RTO).</summary>
    public long TimeoutNs { get; private set; } = options.InitialTimeoutNs;

    /// <summary>When what is on the way counts as lost; <see cref="long.MaxValue"/> when nothing is.</summary>
    public long DueNs { get; private set; } = long.MaxValue;

    /// <summary>Times that it ran out since the last acknowledgement of something new.</summary>
    public int Failures { get; private set; }

    /// <summary>All that was given is acknowledged.</summary>
    public bool IsIdle => _unsent.Count == 0 && _flight.Count == 0;

    public uint FirstNumber { get; private set; }

    public void Begin(uint firstNumber) => FirstNumber = _number = firstNumber;

    /// <summary>The peer is there, with so much room.</summary>
    public void Open(uint peerWindow)
    {
        _peerWindow = peerWindow;
        _congestionWindow = Math.Min(4 * options.MaxPacketBytes, Math.Max(2 * options.MaxPacketBytes, 4_404));
    }

    /// <summary>Cuts a message into chunks; false when too much waits.</summary>
    public bool TryAdd(ushort stream, uint protocol, ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty || message.Length > options.MaxMessageBytes || _bytes + message.Length > options.MaxBufferBytes)
            return false;
        var room = (options.MaxPacketBytes - SctpPacket.HeaderLength - DataHeaderLength) & ~3;
        var sequence = _sequences.GetValueOrDefault(stream);
        _sequences[stream] = (ushort)(sequence + 1);
        for (var at = 0; at < message.Length; at += room)
        {
            var part = message[at..Math.Min(message.Length, at + room)];
            var flags = (byte)((at == 0 ? Beginning : 0) | (at + part.Length == message.Length ? Ending : 0));
            _unsent.Enqueue(new Chunk(_number++, stream, sequence, protocol, flags, part.ToArray()));
            _bytes += part.Length;
        }

        return true;
    }

    /// <summary>The next chunk that may be sent, what was lost first; null when none may.</summary>
    public Chunk? Next(long nowNs)
    {
        var inFlight = 0;
        Chunk? lost = null;
        foreach (var chunk in _flight)
        {
            if (chunk.IsLost)
                lost ??= chunk;
            else if (!chunk.IsAcknowledged)
                inFlight += chunk.Data.Length;
        }

        if (inFlight >= _congestionWindow)
            return null;
        if (lost is null)
        {
            // A window that is full is tried with one chunk (section 6.1 rule A).
            if (!_unsent.TryPeek(out lost) || (inFlight > 0 && inFlight + lost.Data.Length > _peerWindow))
                return null;
            _flight.Add(_unsent.Dequeue());
        }

        (lost.IsLost, lost.Misses, lost.SentNs) = (false, 0, nowNs);
        lost.Transmissions++;
        if (DueNs == long.MaxValue)
            DueNs = nowNs + TimeoutNs;
        return lost;
    }

    /// <summary>Takes a SACK; false when it acknowledges what was never sent.</summary>
    public bool TryAcknowledge(ReadOnlySpan<byte> value, long nowNs)
    {
        var cumulative = BinaryPrimitives.ReadUInt32BigEndian(value);
        if ((int)(cumulative - _number) >= 0)
            return false;
        if (_flight.Count > 0 && (int)(cumulative - (_flight[0].Number - 1)) < 0)
            return true; // an old one, overtaken
        _peerWindow = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        var acknowledged = 0;
        while (_flight.Count > 0 && (int)(_flight[0].Number - cumulative) <= 0)
        {
            acknowledged += Acknowledge(_flight[0], nowNs);
            _bytes -= _flight[0].Data.Length;
            _flight.RemoveAt(0);
        }

        var hasAdvanced = acknowledged > 0;
        acknowledged += TakeGaps(value, cumulative, nowNs);
        if (_isRecovering && (int)(cumulative - _recoveryEnd) >= 0)
            _isRecovering = false;
        if (hasAdvanced)
            Grow(acknowledged);
        if (acknowledged > 0)
            Failures = 0;
        if (_flight.Count == 0)
            DueNs = long.MaxValue;
        else if (hasAdvanced)
            DueNs = nowNs + TimeoutNs;
        return true;
    }

    /// <summary>What is on the way counts as lost (section 6.3.3).</summary>
    public void OnTimeout(long nowNs)
    {
        Failures++;
        TimeoutNs = Math.Min(TimeoutNs * 2, options.MaxTimeoutNs);
        _threshold = Math.Max(_congestionWindow / 2, 4 * options.MaxPacketBytes);
        (_congestionWindow, _acknowledgedPart, _isRecovering) = (options.MaxPacketBytes, 0, false);
        foreach (var chunk in _flight)
            chunk.IsLost |= !chunk.IsAcknowledged;
        DueNs = nowNs + TimeoutNs;
    }

    /// <summary>Writes a chunk; bytes in all.</summary>
    public static int Write(Span<byte> at, Chunk chunk)
    {
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], chunk.Number);
        BinaryPrimitives.WriteUInt16BigEndian(at[8..], chunk.Stream);
        BinaryPrimitives.WriteUInt16BigEndian(at[10..], chunk.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(at[12..], chunk.Protocol);
        chunk.Data.CopyTo(at[DataHeaderLength..]);
        return SctpPacket.WriteChunk(at, SctpChunkType.Data, chunk.Flags, DataHeaderLength - SctpPacket.ChunkHeaderLength + chunk.Data.Length);
    }

    int Acknowledge(Chunk chunk, long nowNs)
    {
        if (chunk.IsAcknowledged)
            return 0;
        (chunk.IsAcknowledged, chunk.IsLost) = (true, false);
        if (chunk.Transmissions == 1)
            Measure(nowNs - chunk.SentNs);
        return chunk.Data.Length;
    }

    /// <summary>What stands behind gaps has come; what is before the last of it was missed once more (section 7.2.4).</summary>
    int TakeGaps(ReadOnlySpan<byte> value, uint cumulative, long nowNs)
    {
        var gaps = BinaryPrimitives.ReadUInt16BigEndian(value[8..]);
        var (acknowledged, highest) = (0, cumulative);
        for (var i = 0; i < gaps && value.Length >= 12 + ((i + 1) * 4); i++)
        {
            var (first, last) = (BinaryPrimitives.ReadUInt16BigEndian(value[(12 + (i * 4))..]), BinaryPrimitives.ReadUInt16BigEndian(value[(14 + (i * 4))..]));
            foreach (var chunk in _flight)
            {
                var offset = chunk.Number - cumulative;
                if (offset < first || offset > last)
                    continue;
                acknowledged += Acknowledge(chunk, nowNs);
                highest = (int)(chunk.Number - highest) > 0 ? chunk.Number : highest;
            }
        }

        if (acknowledged == 0)
            return 0;
        foreach (var chunk in _flight)
        {
            if (chunk.IsAcknowledged || chunk.IsLost || (int)(chunk.Number - highest) >= 0 || ++chunk.Misses < MissesUntilResent)
                continue;
            chunk.IsLost = true;
            if (_isRecovering)
                continue;
            (_isRecovering, _recoveryEnd) = (true, _number - 1);
            _threshold = _congestionWindow = Math.Max(_congestionWindow / 2, 4 * options.MaxPacketBytes);
        }

        return acknowledged;
    }

    void Grow(int acknowledged)
    {
        if (_isRecovering)
            return;
        if (_congestionWindow <= _threshold)
        {
            _congestionWindow = Math.Min(options.MaxBufferBytes, _congestionWindow + Math.Min(acknowledged, options.MaxPacketBytes));
            return;
        }

        _acknowledgedPart += acknowledged;
        if (_acknowledgedPart < _congestionWindow)
            return;
        _acknowledgedPart -= _congestionWindow;
        _congestionWindow = Math.Min(options.MaxBufferBytes, _congestionWindow + options.MaxPacketBytes);
    }

    void Measure(long roundTripNs)
    {
        (_variationNs, _smoothedNs) = _smoothedNs == 0 ? (roundTripNs / 2, roundTripNs)
            : (((3 * _variationNs) + Math.Abs(_smoothedNs - roundTripNs)) / 4, ((7 * _smoothedNs) + roundTripNs) / 8);
        TimeoutNs = Math.Clamp(_smoothedNs + (4 * _variationNs), options.MinTimeoutNs, options.MaxTimeoutNs);
    }

    /// <summary>A chunk of data until it is acknowledged.</summary>
    public sealed class Chunk(uint number, ushort stream, ushort sequence, uint protocol, byte flags, byte[] data)
    {
        public uint Number => number;

        public ushort Stream => stream;

        public ushort Sequence => sequence;

        public uint Protocol => protocol;

        public byte Flags => flags;

        public byte[] Data => data;

        public int Transmissions { get; set; }

        public int Misses { get; set; }

        public long SentNs { get; set; }

        public bool IsLost { get; set; }

        public bool IsAcknowledged { get; set; }
    }
}
