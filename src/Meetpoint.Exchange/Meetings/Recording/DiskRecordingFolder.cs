using Meetpoint.Media.Recording;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>A folder of this machine's disk; files are the owner's alone.</summary>
/// <param name="path">Made when the first file is.</param>
public sealed class DiskRecordingFolder(string path) : IRecordingFolder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public Stream Create(string name)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            how.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(PathOf(name), how);
    }

    /// <inheritdoc/>
    public Stream Read(string name) => new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <inheritdoc/>
    public void Delete(string name)
    {
        if (File.Exists(PathOf(name)))
            File.Delete(PathOf(name));
    }

    string PathOf(string name) => Path.Combine(path, Path.GetFileName(name));
}
