using System.Security.Cryptography;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// The long-lived key that is an exchange's identity: it signs messages (ES256 on P-256) and the short-lived certificates of TLS.
/// Neighbours pin its thumbprint, never a certificate.
/// </summary>
/// <remarks>Thread safe.</remarks>
public sealed class IdentityKey : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly Lock _gate = new();
    readonly ECDsa _key;

    IdentityKey(ECDsa key)
    {
        _key = key;
        Public = IdentityPublicKey.From(key);
    }

    /// <summary>What others may know of it.</summary>
    public IdentityPublicKey Public { get; }

    /// <summary>What neighbours pin (RFC 7638).</summary>
    public string Thumbprint => Public.Thumbprint;

    /// <summary>A new key that is kept nowhere, from the system's randomness when none is handed in.</summary>
    public static IdentityKey Create(Randomness? randomness = null) => new((randomness ?? Randomness.Secure).NewSigningKey());

    /// <summary>A key handed in as PEM (PKCS#8 or SEC 1).</summary>
    /// <exception cref="InvalidDataException">The text is no private key on P-256.</exception>
    public static IdentityKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var curve = key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value;
            if (curve != ECCurve.NamedCurves.nistP256.Oid.Value)
                throw new InvalidDataException("the identity key must be on the curve P-256");
            return new IdentityKey(key);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException("the identity key is no PEM private key on P-256", error);
        }
    }

    /// <summary>
    /// The key kept at <paramref name="path"/>; created there once, readable by its owner alone. The new file is complete and
    /// synced before it has its name, so a crash leaves either no key or a whole one.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no such key, or others can read it.</exception>
    public static IdentityKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
            Write(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new InvalidDataException($"others can read the identity key {path}: chmod 600 it");
        return FromPem(File.ReadAllText(path));
    }

    /// <summary>Signs as ES256 does (RFC 7518 section 3.4): 64 bytes, R then S.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_gate)
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>A secret of 32 bytes that follows from the key, one for each purpose (RFC 5869): the same on every node that has the key.</summary>
    public byte[] Derive(string purpose)
    {
        var secret = Use(static key => key.ExportParameters(includePrivateParameters: true).D!);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));
    }

    /// <summary>Lends the key for making certificates.</summary>
    internal T Use<T>(Func<ECDsa, T> work)
    {
        lock (_gate)
            return work(_key);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    static void Write(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }

        // Not overwriting: of two processes that start at once, the second takes the first one's key.
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
