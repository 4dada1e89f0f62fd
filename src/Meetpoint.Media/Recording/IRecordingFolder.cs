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
