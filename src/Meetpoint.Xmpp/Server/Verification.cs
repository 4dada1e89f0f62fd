namespace Meetpoint.Xmpp.Server;

/// <summary>A dialback key that somebody showed us, to be confirmed by the domain that it claims to be of (XEP-0220, section 2.3).</summary>
/// <param name="Local">The domain of ours that is to be convinced.</param>
/// <param name="Remote">The domain that is claimed.</param>
/// <param name="StreamId">Of the stream that the key came on.</param>
/// <param name="Key">The key.</param>
/// <param name="Done">Told once: true, false, or null when nobody could be asked.</param>
sealed record Verification(string Local, string Remote, string StreamId, string Key, Action<bool?> Done);
