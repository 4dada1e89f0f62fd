namespace Meetpoint.Net.Dns;

/// <summary>A resource record. Names are in presentation form, lower case, without the last dot.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Type">What it is.</param>
/// <param name="TtlSeconds">How long it may be kept; 0 to 2^31-1.</param>
public abstract record DnsRecord(string Name, DnsType Type, uint TtlSeconds);

/// <summary>A or AAAA, by the family of the address; its port is 0.</summary>
public sealed record AddressRecord(string Name, uint TtlSeconds, NetAddress Address)
    : DnsRecord(Name, Address.IsIPv4 ? DnsType.A : DnsType.Aaaa, TtlSeconds);

/// <summary>CNAME.</summary>
public sealed record CnameRecord(string Name, uint TtlSeconds, string Target) : DnsRecord(Name, DnsType.Cname, TtlSeconds);

/// <summary>SRV (RFC 2782). An empty target means that the service is decidedly not there.</summary>
public sealed record SrvRecord(string Name, uint TtlSeconds, ushort Priority, ushort Weight, ushort Port, string Target)
    : DnsRecord(Name, DnsType.Srv, TtlSeconds);

/// <summary>NAPTR (RFC 3403).</summary>
public sealed record NaptrRecord(
    string Name, uint TtlSeconds, ushort Order, ushort Preference, string Flags, string Service, string Regexp, string Replacement)
    : DnsRecord(Name, DnsType.Naptr, TtlSeconds);

/// <summary>SOA (RFC 1035). Times in seconds; <paramref name="Minimum"/> bounds the life of a negative answer (RFC 2308).</summary>
public sealed record SoaRecord(
    string Name, uint TtlSeconds, string PrimaryServer, string Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum)
    : DnsRecord(Name, DnsType.Soa, TtlSeconds);

/// <summary>A record of a type that is not read here; its data is dropped.</summary>
public sealed record OtherRecord(string Name, DnsType Type, uint TtlSeconds) : DnsRecord(Name, Type, TtlSeconds);
