using Meetpoint.Demo.Phones;
using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Demo.World;

/// <summary>
/// Two exchanges, each a process, with their customers, a name server and a mail server between them: what the demonstration shows and what
/// the tests with real peers stand on.
/// </summary>
sealed class DemoWorld : IAsyncDisposable
{
    const string Marker = "meetpoint-demo";

    readonly List<Phone> _phones = [];
    ThreadEventLoop? _loop;
    DnsServer? _dns;

    DemoWorld(WorldPlan plan, string folder)
    {
        Plan = plan;
        Folder = folder;
        Alice = new Resident(plan.Albion, 1, "alice", "Alice", 440);
        Bob = new Resident(plan.Liberty, 1, "bob", "Bob", 660);
        Boardroom = new Resident(plan.Liberty, 2, "boardroom", "Boardroom", 880, IsRoom: true);
        Studio = new Resident(plan.Albion, 2, "studio", "Studio", 0, IsRoom: true);
        Gallery = new Resident(plan.Liberty, 3, "gallery", "Gallery", 0, IsRoom: true);
    }

    /// <summary>Who has which address.</summary>
    public WorldPlan Plan { get; }

    /// <summary>Where everything is kept.</summary>
    public string Folder { get; }

    /// <summary>A customer of Albion.</summary>
    public Resident Alice { get; }

    /// <summary>A customer of Liberty.</summary>
    public Resident Bob { get; }

    /// <summary>A room of Liberty's.</summary>
    public Resident Boardroom { get; }

    /// <summary>A room of Albion's with a camera and a screen; known where all is.</summary>
    public Resident Studio { get; }

    /// <summary>The same of Liberty's.</summary>
    public Resident Gallery { get; }

    /// <summary>Those with telephones.</summary>
    public IReadOnlyList<Resident> Residents => [Alice, Bob, Boardroom];

    /// <summary>The organiser's exchange.</summary>
    public DemoExchange Albion { get; private set; } = null!;

    /// <summary>The other one.</summary>
    public DemoExchange Liberty { get; private set; } = null!;

    /// <summary>Both.</summary>
    public IReadOnlyList<DemoExchange> Exchanges => [Albion, Liberty];

    /// <summary>Where mail to anybody arrives.</summary>
    public SmtpSink Mail { get; private set; } = null!;

    /// <summary>Makes the folder new, and starts what both exchanges need: names and mail.</summary>
    /// <param name="plan">Who has which address.</param>
    /// <param name="folder">An empty or new folder, or that of a world before.</param>
    /// <param name="postgres">Connection string of each exchange's database, by provider id; null keeps SQLite.</param>
    /// <param name="ownMail">False where another mail server stands at that address.</param>
    /// <param name="others">Further parties that the name server knows; whoever wants an exchange of theirs starts it.</param>
    /// <exception cref="DemoFailedException">The folder is somebody else's, or an address is taken.</exception>
    public static async Task<DemoWorld> PrepareAsync(WorldPlan plan, string folder, Func<string, string>? postgres = null, bool ownMail = true, params IReadOnlyList<PartyPlan> others)
    {
        MakeNew(folder);
        var world = new DemoWorld(plan, folder);
        try
        {
            world._loop = new ThreadEventLoop("names", TimeProvider.System, static _ => { });
            world._dns = new DnsServer(new SocketNetwork(), world._loop, plan.NameServer, [.. others.Prepend(plan.Liberty).Prepend(plan.Albion).Select(WorldZones.Of)]);
            if (ownMail)
                world.Mail = SmtpSink.Start(plan.MailServer.ToIPEndPoint());
            world.Albion = await DemoExchange.PrepareAsync(plan.Albion, Path.Combine(folder, plan.Albion.Id), postgres?.Invoke(plan.Albion.Id));
            world.Liberty = await DemoExchange.PrepareAsync(plan.Liberty, Path.Combine(folder, plan.Liberty.Id), postgres?.Invoke(plan.Liberty.Id));
            return world;
        }
        catch (Exception fault)
        {
            await world.DisposeAsync();
            if (fault is IOException or System.Net.Sockets.SocketException)
                throw new DemoFailedException($"expected the addresses of {plan.Network}.1 to .3 to be free; instead: {fault.Message} (does another demonstration run?)");
            throw;
        }
    }

    /// <summary>Starts both exchanges, and applies to each its world.</summary>
    /// <param name="more">Further neighbours of a provider's world, by its id.</param>
    public async Task StartAsync(Func<string, string>? more = null)
    {
        await Task.WhenAll(Albion.StartAsync(), Liberty.StartAsync());
        await ApplyAsync(more);
    }

    /// <summary>Applies to each exchange its world.</summary>
    /// <param name="more">Further neighbours of a provider's world, by its id.</param>
    /// <param name="withAll">True adds systems and people whose presence is shown, and hotspots with home servers, and rooms with pictures.</param>
    public async Task ApplyAsync(Func<string, string>? more = null, bool withAll = false)
    {
        var (presence, roaming) = withAll ? (new PresencePlan(Plan), new RoamingPlan(Plan)) : default((PresencePlan?, RoamingPlan?));
        IReadOnlyList<Resident> residents = withAll ? [.. Residents, Studio, Gallery] : Residents;
        await Albion.ApplyAsync(WorldFiles.World(Albion.Party, Liberty.Party, Liberty.IdentityKey, residents, more?.Invoke(Albion.Party.Id) ?? "", presence, roaming));
        await Liberty.ApplyAsync(WorldFiles.World(Liberty.Party, Albion.Party, Albion.IdentityKey, residents, more?.Invoke(Liberty.Party.Id) ?? "", presence, roaming));
    }

    /// <summary>Starts a resident's phone; it ends with the world.</summary>
    /// <param name="resident">Whose.</param>
    /// <param name="preferOwn">True takes our own user agent though baresip is installed.</param>
    /// <param name="account">The resident's with more than it has; null for the one that it has.</param>
    public async Task<Phone> StartPhoneAsync(Resident resident, bool preferOwn = false, PhoneAccount? account = null)
    {
        var phone = await Phone.StartAsync(account ?? resident.Account, Path.Combine(Folder, "phones", resident.User), preferOwn);
        _phones.Add(phone);
        return phone;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var phone in _phones)
            await phone.DisposeAsync();
        await Task.WhenAll(new[] { Albion, Liberty }.Where(exchange => exchange is not null).Select(exchange => exchange.DisposeAsync().AsTask()));
        if (Mail is not null)
            await Mail.DisposeAsync();
        if (_loop is { } loop)
        {
            if (_dns is { } dns)
                loop.Post(dns.Dispose);
            loop.Dispose();
        }
    }

    /// <summary>Empties the folder when it is one of ours; a folder that holds anything else is left alone.</summary>
    static void MakeNew(string folder)
    {
        Directory.CreateDirectory(folder);
        var marker = Path.Combine(folder, Marker);
        if (!File.Exists(marker) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DemoFailedException($"expected an empty folder, or one of an earlier demonstration; instead there are other files in {folder}");
        File.WriteAllText(marker, "A demonstration keeps its world here, and empties this folder when it starts.\n");
        foreach (var child in Directory.EnumerateDirectories(folder))
            Directory.Delete(child, recursive: true);
    }
}
