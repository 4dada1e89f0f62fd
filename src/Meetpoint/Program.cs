using Meetpoint.Commands;

return await CommandLine.RunAsync(args, Surroundings.OfProcess(), CancellationToken.None);
