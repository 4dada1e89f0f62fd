namespace Meetpoint.Net.Dns;

/// <summary>The records of one domain that a <see cref="DnsServer"/> owns. Changed on the server's loop only.</summary>
public sealed class DnsZone
{
    readonly Dictionary<string, List<DnsRecord>> _names = [];

    /// <summary>A zone with its SOA; every record has the same life.</summary>
    public DnsZone(string origin, uint ttlSeconds = 60)
    {
        Origin = DnsName.Normalise(origin);
        TtlSeconds = ttlSeconds;
        Soa = new SoaRecord(Origin, ttlSeconds, $"ns.{Origin}", $"hostmaster.{Origin}", 1, 3600, 600, 86_400, ttlSeconds);
        Add(Soa);
    }

    /// <summary>The domain.</summary>
    public string Origin { get; }

    /// <summary>Life of the records that the short forms add, in seconds.</summary>
    public uint TtlSeconds { get; }

    /// <summary>Its start of authority.</summary>
    public SoaRecord Soa { get; }

    /// <summary>Adds an A or AAAA.</summary>
    public DnsZone Address(string name, string address) => Add(new AddressRecord(Full(name), TtlSeconds, NetAddress.Parse(address).WithPort(0)));

    /// <summary>Adds an SRV; the target is a full name.</summary>
    public DnsZone Srv(string name, int priority, int weight, int port, string target) =>
        Add(new SrvRecord(Full(name), TtlSeconds, (ushort)priority, (ushort)weight, (ushort)port, DnsName.Normalise(target)));

    /// <summary>Adds a NAPTR that leads to SRV records (flag "s").</summary>
    public DnsZone Naptr(string name, int order, int preference, string service, string replacement) => Add(
        new NaptrRecord(Full(name), TtlSeconds, (ushort)order, (ushort)preference, "s", service, "", DnsName.Normalise(replacement)));

    /// <summary>Adds a CNAME; the target is a full name.</summary>
    public DnsZone Alias(string name, string target) => Add(new CnameRecord(Full(name), TtlSeconds, DnsName.Normalise(target)));

    /// <summary>Adds any record.</summary>
    /// <exception cref="ArgumentException">Its name is not of this zone.</exception>
    public DnsZone Add(DnsRecord record)
    {
        if (!DnsName.IsWithin(record.Name, Origin) || !DnsName.IsValid(record.Name))
            throw new ArgumentException($"'{record.Name}' is not in '{Origin}'", nameof(record));
        if (!_names.TryGetValue(record.Name, out var records))
            _names.Add(record.Name, records = []);
        records.Add(record);
        return this;
    }

    /// <summary>Takes away all records of a name but the SOA.</summary>
    public void Remove(string name)
    {
        if (_names.TryGetValue(Full(name), out var records))
            records.RemoveAll(record => record is not SoaRecord);
    }

    /// <summary>The records of a name and type.</summary>
    internal IEnumerable<DnsRecord> Find(string name, DnsType type) =>
        _names.TryGetValue(name, out var records) ? records.Where(record => record.Type == type) : [];

    /// <summary>True when the name, or one under it, has records (RFC 8020).</summary>
    internal bool Exists(string name) => _names.Any(entry => entry.Value.Count > 0 && DnsName.IsWithin(entry.Key, name));

    string Full(string name)
    {
        var normal = DnsName.Normalise(name);
        return normal is "" or "@" ? Origin : DnsName.IsWithin(normal, Origin) ? normal : $"{normal}.{Origin}";
    }
}
