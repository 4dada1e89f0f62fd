namespace Meetpoint.Net.Dns;

/// <summary>One resolution under way; each step asks one question and goes on with its answer.</summary>
sealed class SipResolutionSteps(SipResolver resolver, SipTarget target, Action<SipResolution> done)
{
    const int SipPort = 5060;
    const int SipsPort = 5061;

    readonly string _host = DnsName.Normalise(target.Host.Trim('[', ']'));
    readonly List<SipNextHop> _hops = [];
    readonly Queue<(SipTransport Transport, string Service)> _services = new();
    readonly Queue<(SipTransport Transport, string Name, int Port)> _servers = new();
    bool _askFailed;
    bool _serviceDenied;

    internal void Begin()
    {
        var transport = target.IsSecure ? SipTransport.Tls : target.Transport;
        if (target.IsSecure && target.Transport == SipTransport.Udp)
            Fail("sips cannot go over UDP");
        else if (System.Net.IPAddress.TryParse(_host, out var address))
            Literal(transport ?? SipTransport.Udp, NetAddress.From(address, 0));
        else if (target.Port != 0)
            AskServers([(transport ?? SipTransport.Udp, _host, target.Port)]);
        else if (transport is { } known && (target.Transport is not null || !CanUse(known)))
            AskServices([(known, ServiceName(known))]);
        else
            resolver.Names.Query(_host, DnsType.Naptr, OnNaptr);
    }

    static int DefaultPort(SipTransport transport) => transport == SipTransport.Tls ? SipsPort : SipPort;

    bool CanUse(SipTransport transport) => resolver.Transports.Contains(transport);

    string ServiceName(SipTransport transport) => transport switch
    {
        SipTransport.Udp => $"_sip._udp.{_host}",
        SipTransport.Tcp => $"_sip._tcp.{_host}",
        _ => $"_sips._tcp.{_host}",
    };

    void Literal(SipTransport transport, NetAddress address)
    {
        var port = target.Port != 0 ? target.Port : DefaultPort(transport);
        _hops.Add(new SipNextHop(transport, address.WithPort(port), _host));
        resolver.Loop.Post(Finish);
    }

    void OnNaptr(DnsAnswer answer)
    {
        _askFailed |= answer.Status == DnsAnswerStatus.Failed;
        var services = answer.Records.OfType<NaptrRecord>()
            .Where(record => record.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) && record.Regexp.Length == 0)
            .OrderBy(record => record.Order).ThenBy(record => record.Preference)
            .Select(record => (Transport: TransportOf(record.Service), record.Replacement))
            .Where(service => service.Transport is { } transport && IsAdmitted(transport))
            .Select(service => (service.Transport!.Value, service.Replacement))
            .ToList();
        if (services.Count == 0)
            services = [.. resolver.Transports.Where(IsAdmitted).Select(transport => (transport, ServiceName(transport)))];
        AskServices(services);
    }

    static SipTransport? TransportOf(string service) => service.ToUpperInvariant() switch
    {
        "SIP+D2U" => SipTransport.Udp,
        "SIP+D2T" => SipTransport.Tcp,
        "SIPS+D2T" => SipTransport.Tls,
        _ => null,
    };

    bool IsAdmitted(SipTransport transport) => CanUse(transport) && (!target.IsSecure || transport == SipTransport.Tls);

    void AskServices(IEnumerable<(SipTransport Transport, string Service)> services)
    {
        foreach (var service in services)
            _services.Enqueue(service);
        NextService();
    }

    void NextService()
    {
        if (_services.TryDequeue(out var service))
        {
            resolver.Names.Query(service.Service, DnsType.Srv, answer => OnSrv(service.Transport, answer));
            return;
        }

        // RFC 3263, section 4.2: without any SRV the domain itself is the server. One that is denied by a "." is not.
        if (_servers.Count == 0 && !_serviceDenied)
        {
            var transport = target.IsSecure ? SipTransport.Tls : target.Transport ?? SipTransport.Udp;
            _servers.Enqueue((transport, _host, DefaultPort(transport)));
        }

        NextServer();
    }

    void OnSrv(SipTransport transport, DnsAnswer answer)
    {
        _askFailed |= answer.Status == DnsAnswerStatus.Failed;
        foreach (var srv in SrvOrder.Order(answer.Records.OfType<SrvRecord>(), resolver.Random))
        {
            if (srv.Target.Length == 0)
                _serviceDenied = true;
            else if (_servers.Count < SipResolver.MaxHops)
                _servers.Enqueue((transport, srv.Target, srv.Port));
        }

        NextService();
    }

    void AskServers(IEnumerable<(SipTransport Transport, string Name, int Port)> servers)
    {
        foreach (var server in servers)
            _servers.Enqueue(server);
        NextServer();
    }

    void NextServer()
    {
        if (_hops.Count >= SipResolver.MaxHops || !_servers.TryDequeue(out var server))
        {
            Finish();
            return;
        }

        resolver.Names.Query(server.Name, DnsType.Aaaa, six => resolver.Names.Query(server.Name, DnsType.A, four =>
        {
            AddHops(server, six);
            AddHops(server, four);
            NextServer();
        }));
    }

    void AddHops((SipTransport Transport, string Name, int Port) server, DnsAnswer answer)
    {
        _askFailed |= answer.Status == DnsAnswerStatus.Failed;
        foreach (var record in answer.Records.OfType<AddressRecord>())
        {
            if (_hops.Count < SipResolver.MaxHops)
                _hops.Add(new SipNextHop(server.Transport, record.Address.WithPort(server.Port), _host));
        }
    }

    void Finish()
    {
        if (_hops.Count > 0)
            done(new SipResolution(_hops, null));
        else
            done(new SipResolution([], _askFailed ? $"no answer about '{_host}'" : $"'{_host}' has no SIP server"));
    }

    void Fail(string reason) => resolver.Loop.Post(() => done(new SipResolution([], reason)));
}
