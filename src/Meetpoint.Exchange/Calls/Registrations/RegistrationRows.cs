using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Registrar;

namespace Meetpoint.Exchange.Calls.Registrations;

/// <summary>Registrations in the store: what a 200 to a REGISTER promises outlives the process.</summary>
static class RegistrationRows
{
    /// <summary>The schema.</summary>
    public static readonly Migration[] Migrations =
    [
        new("registrations-001", "contacts that addresses stand for until they expire",
            """
            CREATE TABLE registrations (
                id {text} PRIMARY KEY,
                address {text} NOT NULL,
                contact {text} NOT NULL,
                parameters {text} NOT NULL,
                q {bigint} NOT NULL,
                instance {text},
                reg_id {bigint} NOT NULL,
                is_outbound {bigint} NOT NULL,
                path {text} NOT NULL,
                call_id {text} NOT NULL,
                cseq {bigint} NOT NULL,
                registered_ms {bigint} NOT NULL,
                expires_ms {bigint} NOT NULL,
                transport {text} NOT NULL,
                listener {text} NOT NULL,
                remote {text} NOT NULL,
                user_agent {text}
            ){strict}
            """,
            "CREATE INDEX registrations_by_address ON registrations (address)",
            "CREATE INDEX registrations_by_expiry ON registrations (expires_ms)"),
    ];

    const string Columns =
        "id, address, contact, parameters, q, instance, reg_id, is_outbound, path, call_id, cseq, registered_ms, expires_ms, transport, listener, remote, user_agent";

    /// <summary>All that have not expired.</summary>
    public static IEnumerable<(string Address, ContactBinding Binding)> Load(StoreReader reader, long nowMs) =>
        reader.Query<Row>($"SELECT {Columns} FROM registrations WHERE expires_ms > @now_ms ORDER BY id", new { nowMs }).Select(row => (row.Address, row.ToBinding()));

    /// <summary>Those of one address, expired ones too.</summary>
    public static List<ContactBinding> Of(StoreReader reader, string address) =>
        [.. reader.Query<Row>($"SELECT {Columns} FROM registrations WHERE address = @address ORDER BY id", new { address }).Select(row => row.ToBinding())];

    /// <summary>Writes one, new or refreshed.</summary>
    public static void Save(StoreTransaction transaction, string address, ContactBinding binding) => transaction.Execute(
        $"""
        INSERT INTO registrations ({Columns})
        VALUES (@id, @address, @contact, @parameters, @q, @instance, @reg_id, @is_outbound, @path, @call_id, @cseq, @registered_ms, @expires_ms,
            @transport, @listener, @remote, @user_agent)
        ON CONFLICT (id) DO UPDATE SET contact = excluded.contact, parameters = excluded.parameters, q = excluded.q, instance = excluded.instance,
            reg_id = excluded.reg_id, is_outbound = excluded.is_outbound, path = excluded.path, call_id = excluded.call_id, cseq = excluded.cseq,
            registered_ms = excluded.registered_ms, expires_ms = excluded.expires_ms, transport = excluded.transport, listener = excluded.listener,
            remote = excluded.remote, user_agent = excluded.user_agent
        """,
        Row.Of(address, binding));

    /// <summary>Takes one away; false when it is gone already.</summary>
    public static bool Remove(StoreTransaction transaction, string id) => transaction.Execute("DELETE FROM registrations WHERE id = @id", new { id }) > 0;

    /// <summary>Takes away what has expired.</summary>
    public static int RemoveExpired(StoreTransaction transaction, long nowMs) =>
        transaction.Execute("DELETE FROM registrations WHERE expires_ms <= @now_ms", new { nowMs });

    sealed record Row(
        string Id, string Address, string Contact, string Parameters, int Q, string? Instance, int RegId, bool IsOutbound, string Path, string CallId,
        uint Cseq, long RegisteredMs, long ExpiresMs, SipTransport Transport, string Listener, string Remote, string? UserAgent)
    {
        public static Row Of(string address, ContactBinding binding) => new(
            binding.Id, address, binding.Contact, binding.Parameters, binding.Q, binding.Instance, binding.RegId, binding.IsOutbound,
            string.Join('\n', binding.Path), binding.CallId, binding.CSeq, binding.RegisteredMs, binding.ExpiresMs, binding.Flow.Transport,
            binding.Flow.ListenerName, binding.Flow.Remote.ToString(), binding.UserAgent);

        public ContactBinding ToBinding() => new()
        {
            Id = Id,
            Contact = Contact,
            Parameters = Parameters,
            Q = Q,
            Instance = Instance,
            RegId = RegId,
            IsOutbound = IsOutbound,
            Path = Path.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            CallId = CallId,
            CSeq = Cseq,
            RegisteredMs = RegisteredMs,
            ExpiresMs = ExpiresMs,
            Flow = new FlowAddress(Transport, Listener, NetAddress.Parse(Remote)),
            UserAgent = UserAgent,
        };
    }
}
