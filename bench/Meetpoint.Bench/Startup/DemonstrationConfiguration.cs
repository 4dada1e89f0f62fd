namespace Meetpoint.Bench.Startup;

/// <summary>The configuration of one exchange of the demonstration world: every listener that it has, on ports of its own.</summary>
static class DemonstrationConfiguration
{
    public const string FileName = "meetpoint.yaml";

    /// <summary>Beside the file.</summary>
    public const string Socket = "admin.sock";

    public const string Text = $$"""
        exchange: albion.example
        data: data
        api:
          listen: 127.0.0.1:46480
          socket: {{Socket}}
        nni:
          listen: 127.0.0.1:46443
          names: [nni.albion.example, sip.albion.example]
        sip:
          - name: udp
            transport: udp
            listen: 127.0.0.1:46460
          - name: tls
            transport: tls
            listen: 127.0.0.1:46461
            sent_by: albion.example:46461
          - name: trunk
            transport: udp
            listen: 127.0.0.1:46462
        media:
          address: 127.0.0.1
          first_port: 46500
          last_port: 47399
        name_servers: ["127.0.0.1:46453"]
        mail:
          host: 127.0.0.1
          port: 46425
          from: meetings
          answer_url: http://127.0.0.1:46480/
        meetings:
          entry_number: "+442079460000"
          ports: 200

        """;
}
