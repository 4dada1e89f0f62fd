namespace Meetpoint.Media.Recording;

/// <summary>Where the files of recordings are. Thread safe.</summary>
public interface IRecordingFolder
{
    /// <summary>Makes a file, empty.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    Stream Create(string name);

    /// <summary>Opens a file that was written.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    Stream Read(string name);

    /// <summary>Deletes a file; one that is not there is no fault.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    void Delete(string name);
}

/// <summary>A folder of this machine's disk; files are the owner's alone.</summary>
/// <param name="path">Made when the first file is.</param>
public sealed class DiskRecordingFolder(string path) : IRecordingFolder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public Stream Create(string name)
    {
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        return new FileStream(
            PathOf(name), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, UnixCreateMode = OwnerOnly, BufferSize = 0 });
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
