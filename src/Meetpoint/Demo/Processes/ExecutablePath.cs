namespace Meetpoint.Demo;

/// <summary>Finds programs as a shell does.</summary>
static class ExecutablePath
{
    // Servers are not on everybody's path.
    static readonly string[] Further = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <summary>Full path of a program; null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':')
        .Concat(Further)
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(path => File.Exists(path) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);
}
