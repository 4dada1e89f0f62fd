using System.Globalization;
using Meetpoint.Bench;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.MediaMix;
using Meetpoint.Bench.MediaRelay;
using Meetpoint.Bench.Sip;
using Meetpoint.Bench.VideoForward;
using Meetpoint.Bench.Xmpp;

// The half of a benchmark that must be a process of its own is started with a verb.
if (args is [MixServer.Verb, var codec])
    return MixServer.Run(codec, Console.In, Console.Out);
if (args is [RelayServer.Verb])
    return RelayServer.Run(Console.In, Console.Out);
if (args is [VideoServer.Verb])
    return VideoServer.Run(Console.In, Console.Out);
if (args is [DeliveringServer.Verb, var certificate, var key, var authority])
    return DeliveringServer.Run(new HopCertificate(certificate, key, authority), Console.In);
if (args is [ProcessorBrake.Verb, var threads])
    return ProcessorBrake.Run(int.Parse(threads, CultureInfo.InvariantCulture), Console.In);

if (!CommandLine.TryParse(args, out var command))
{
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

// What cannot be measured is said, and everything that was started is ended.
try
{
    using var benchmark = command.Make(command.Effort);
    var report = Runner.Run(benchmark, command.Effort, Console.Out);
    if (command.JsonFile is { } file)
        await File.WriteAllTextAsync(file, report.ToJson());
    return 0;
}
catch (Exception exception) when (exception is InvalidOperationException or IOException)
{
    Console.Error.WriteLine($"no figure: {exception.Message}");
    return 1;
}
