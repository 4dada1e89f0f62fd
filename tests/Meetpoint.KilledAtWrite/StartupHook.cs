using Meetpoint.KilledAtWrite;

/// <summary>What DOTNET_STARTUP_HOOKS runs before the program's own first line: the program itself knows nothing of it.</summary>
static class StartupHook
{
    /// <summary>Puts the gate under SQLite.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WriteGate.PathVariable) is { } path)
            KillingVfs.Install(WriteGate.Open(path));
    }
}
