using System.Text;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Kit;

/// <summary>This part: how it registers at its exchange.</summary>
sealed partial class SimulatedPhone
{
    readonly Dictionary<int, uint> _registered = [];

    /// <summary>The last answer to a REGISTER; null before.</summary>
    public SipResult? Answer { get; private set; }

    /// <summary>Contact values of that answer, one a line.</summary>
    public string Contacts => string.Join('\n', Answer?.Response?.Texts(SipHeader.Contact) ?? []);

    /// <summary>The way by which the last call came.</summary>
    public SipFlow? DialledBy { get; private set; }

    /// <summary>Its password; empty is its name, which is the right one.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Registers, and lets a second pass.</summary>
    /// <param name="contact">Contact value; null sends none.</param>
    /// <param name="transport">How.</param>
    /// <param name="run">Counts runs of the client: each has a Call-ID.</param>
    /// <param name="of">Whose address; null for its own.</param>
    /// <param name="headers">Further headers.</param>
    public int Register(string? contact, SipTransport transport = SipTransport.Udp, int run = 1, string? of = null, params IEnumerable<(string, string)> headers)
    {
        Answer = null;
        _world.RunOn(_loop, () =>
        {
            var cseq = _registered[run] = _registered.GetValueOrDefault(run) + 2; // one for the challenge
            var request = new SipRequest("REGISTER", $"sip:{_exchange.Name}")
            {
                From = new NameAddress("sip:" + Address), To = new NameAddress("sip:" + (of ?? Address)), CallId = $"{_address}-{run}", CSeq = cseq,
            };
            if (contact is not null)
                request.Headers.Add(("Contact", contact));
            request.Headers.AddRange(headers);
            var credentials = new SipCredentials(_user, Secret.Length > 0 ? Secret : _user);
            _ua.Send(request, SipRoute.To([Target(transport)]), credentials, result => Answer = result);
        });
        _world.Run(1);
        return Answer?.Status ?? 0;
    }

    /// <summary>Closes its connection to the exchange, and lets a second pass.</summary>
    public void CloseConnection()
    {
        _world.RunOn(_loop, () => _transports.Reach(Target(SipTransport.Tcp))!.Stream!.Close());
        _world.Run(1);
    }

    /// <summary>The transport of the last call, and where it came to: "udp 10.101.0.5:5060".</summary>
    public string Way => DialledBy is { } flow ? $"{flow.Transport.UriName()} {flow.Local}" : "none";

    SipTarget Target(SipTransport transport) => new(transport, NetAddress.Parse($"{_exchange.Party.Address}:5060"));
}
