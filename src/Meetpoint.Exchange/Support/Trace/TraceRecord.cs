using System.Runtime.InteropServices;
using System.Text;
using Meetpoint.Net;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>A record as it was read: a copy of its own that the next read writes over. Not thread safe.</summary>
sealed class TraceRecord
{
    byte[] _bytes = new byte[4_096];
    int _length;
    TraceRecordHeader _header;

    /// <summary>Where it stands in the ring; later ones have higher positions.</summary>
    public ulong Position => _header.Position;

    /// <summary>When, by the wall clock of that moment.</summary>
    public Instant At => NodaConstants.UnixEpoch + Duration.FromNanoseconds(_header.WallNs);

    /// <summary>When, in monotonic nanoseconds.</summary>
    public long MonotonicNs => _header.MonotonicNs;

    /// <summary>Direction, and what became of it.</summary>
    public SipTapEvent Event => _header.Event;

    /// <summary>How it travelled.</summary>
    public SipTransport Transport => _header.Transport;

    /// <summary>Why it is not valid.</summary>
    public SipParseError Error => _header.Error;

    /// <summary>True on a connection that we opened.</summary>
    public bool IsOpenedHere => (_header.Flags & TraceRecordFlags.OpenedHere) != 0;

    /// <summary>This end; not set where a connection never opened.</summary>
    public NetAddress Local => (_header.Flags & TraceRecordFlags.HasLocal) == 0 ? NetAddress.None : NetAddress.FromIPv6(_header.Local, _header.LocalPort);

    /// <summary>The other end.</summary>
    public NetAddress Remote => NetAddress.FromIPv6(_header.Remote, _header.RemotePort);

    /// <summary>Name of the listener.</summary>
    public string Listener => Text(0, _header.ListenerLength);

    /// <summary>Id of the neighbour, or of the endpoint that has proved itself; empty for who is not known.</summary>
    public string Party => Text(_header.ListenerLength, _header.PartyLength);

    /// <summary>Id of the provider whose neighbour or endpoint it was; empty when unknown.</summary>
    public string Provider => Text(_header.ListenerLength + _header.PartyLength, _header.ProviderLength);

    /// <summary>Bytes that the message had on the wire.</summary>
    public int FullLength => _header.FullLength;

    /// <summary>The message as it was on the wire, secrets and all, cut where its body was too long. Not to leave the process: see <see cref="TraceMask"/>.</summary>
    public ReadOnlySpan<byte> Unmasked => _bytes.AsSpan(_header.UsedLength - _header.KeptLength, _header.KeptLength);

    /// <summary>True when what was copied is one record that was written to its end.</summary>
    public bool IsWhole => _length >= TraceRecordHeader.Size
        && (ulong)TraceRecordHeader.Size + _header.ListenerLength + _header.PartyLength + _header.ProviderLength + unchecked((uint)_header.KeptLength) <= (ulong)_length
        && TraceRing.Sum(_bytes.AsSpan(0, _header.UsedLength)) == _header.Crc;

    /// <summary>Copies a record.</summary>
    public void Take(ReadOnlySpan<byte> record)
    {
        if (_bytes.Length < record.Length)
            _bytes = new byte[record.Length];
        record.CopyTo(_bytes);
        _length = record.Length;
        _header = _length >= TraceRecordHeader.Size ? MemoryMarshal.Read<TraceRecordHeader>(_bytes) : default;
    }

    string Text(int start, int length) => Encoding.UTF8.GetString(_bytes, TraceRecordHeader.Size + start, length);
}
