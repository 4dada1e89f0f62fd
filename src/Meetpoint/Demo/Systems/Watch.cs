using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Demo.Systems;

/// <summary>What a user of a stand-in is shown of somebody: the last document, as it came. Read from any thread.</summary>
sealed class Watch : ISubscriber
{
    volatile string _document = "";
    volatile string _standing = "asked";

    /// <summary>The document that came last; empty before.</summary>
    public string Document => _document;

    /// <summary>How the subscription stands, for a failure's text.</summary>
    public string Standing => _standing;

    /// <summary>Waits until the document says something.</summary>
    public Task<object> SaysAsync(string text, TimeSpan limit) => Expect.EventuallyAsync<object>(
        () => Task.FromResult<object?>(_document.Contains(text, StringComparison.Ordinal) ? _document : null), limit, $"a document that says {text}", () => $"{_standing}: {_document}");

    /// <inheritdoc/>
    public void OnNotify(SubscriberSubscription subscription, SipMessage notify)
    {
        _standing = "active";
        _document = Encoding.UTF8.GetString(notify.Body);
    }

    /// <inheritdoc/>
    public void OnEnded(SubscriberSubscription subscription, int status, string? reason, long? retryAfterSeconds) => _standing = $"ended: {status} {reason}";
}
