namespace Meetpoint.Bench.Sip;

/// <summary>The two files of an exchange between two providers that let calls through, each with one trunk.</summary>
sealed record ExchangeLayout
{
    /// <summary>Its address; ports are those of the plan.</summary>
    public required string Host { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "x.example";

    /// <summary>Where calls come from.</summary>
    public required Trunk From { get; init; }

    /// <summary>Where they go to.</summary>
    public required Trunk To { get; init; }

    /// <summary>"transparent" or "anchored".</summary>
    public string Mode { get; init; } = "transparent";

    /// <summary>PEM files of certificate, key and authority of a listener for TLS; null without one.</summary>
    public HopCertificate? Certificate { get; init; }

    /// <summary>What it runs by: everything that is not said is as it is by default.</summary>
    public string Configuration(string socket) =>
        $"""
        exchange: {Name}
        data: data
        api:
          socket: {socket}
        sip:
          - name: udp
            transport: udp
            listen: {Host}:{SipPlan.ServerPort}
          - name: tcp
            transport: tcp
            listen: {Host}:{SipPlan.ServerPort}
        {Tls}media:
          address: {Host}
          first_port: 30000
          last_port: 34999

        """;

    public string World =>
        $"""
        providers:
          - id: caller
            name: Caller
            domains: [caller.example]
            exchange: {Name}
          - id: callee
            name: Callee
            domains: [callee.example]
            exchange: {Name}
        neighbours:
          - id: caller-net
            provider: caller
            kind: sip-trunk
            {From.Recognised}
            sipUri: {From.SipUri}
          - id: callee-net
            provider: callee
            kind: sip-trunk
            {To.Recognised}
            sipUri: {To.SipUri}
        routes:
          - id: to-callee
            domain: callee.example
            candidates: [ {OneOf("callee-net")} ]
          - id: to-caller
            domain: caller.example
            candidates: [ {OneOf("caller-net")} ]
        agreements:
          - id: calls
            parties: [caller, callee]
            stage: commercial
            services: [ {OneService} ]
            calls: {Calls}

        """;

    const string OneService = "{ service: call }";

    string Calls => $"{{ mode: {Mode} }}";

    string Tls => Certificate is { } files
        ? $"""
          - name: tls
            transport: tls
            listen: {Host}:{SipPlan.TlsPort}
            certificate: {files.Certificate}
            key: {files.Key}
        trusted_certificates: {files.Authority}

        """
        : "";

    static string OneOf(string neighbour) => $"{{ via: {neighbour} }}";
}

/// <summary>Where the certificate of a hop, its key and the authority of all hops stand, in PEM.</summary>
sealed record HopCertificate(string Certificate, string Key, string Authority);
