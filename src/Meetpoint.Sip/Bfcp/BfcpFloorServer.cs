namespace Meetpoint.Sip.Bfcp;

/// <summary>
/// The floor control server towards one user of one floor (RFC 8855 section 13): answers what it asks, and tells it what becomes of its request and, once it asks for that, who has the floor.
/// Who gets the floor is the policy's to say; there are no chairs.
/// </summary>
/// <remarks>Not thread safe. One for each association: conference and user are the numbers that SDP told it, and other numbers are refused.</remarks>
public sealed class BfcpFloorServer : IBfcpListener
{
    /// <summary>The floor: that of content.</summary>
    public const ushort Floor = 1;

    static readonly BfcpPrimitive[] _primitives =
    [
        BfcpPrimitive.FloorRequest, BfcpPrimitive.FloorRelease, BfcpPrimitive.FloorRequestQuery, BfcpPrimitive.FloorRequestStatus, BfcpPrimitive.UserQuery, BfcpPrimitive.UserStatus,
        BfcpPrimitive.FloorQuery, BfcpPrimitive.FloorStatus, BfcpPrimitive.Hello, BfcpPrimitive.HelloAck, BfcpPrimitive.Error, BfcpPrimitive.FloorRequestStatusAck,
        BfcpPrimitive.FloorStatusAck, BfcpPrimitive.Goodbye, BfcpPrimitive.GoodbyeAck,
    ];

    static readonly BfcpAttributeType[] _attributes = [.. Enum.GetValues<BfcpAttributeType>()];

    readonly uint _conference;
    readonly BfcpFloorHolder _user;
    readonly IBfcpFloorPolicy _policy;
    BfcpAssociation? _association;
    BfcpFloorHolder? _holder;
    ushort _lastRequest;
    ushort _holdersRequest; // of somebody else
    ushort _request; // of the user; 0 without
    BfcpRequestStatus _status;
    bool _isWatching;
    bool _isAnswering;
    bool _isWatcherDue;

    /// <summary>Nobody has the floor.</summary>
    /// <param name="conference">As SDP told it.</param>
    /// <param name="user">The same, and how others are told of it.</param>
    /// <param name="policy">Decides.</param>
    public BfcpFloorServer(uint conference, BfcpFloorHolder user, IBfcpFloorPolicy policy) => (_conference, _user, _policy) = (conference, user, policy);

    /// <summary>Whether the user has the floor by a request of its own.</summary>
    public bool IsGranted => _request != 0 && _status == BfcpRequestStatus.Granted;

    /// <summary>Whether a request of the user is undecided.</summary>
    public bool IsPending => _request != 0 && _status == BfcpRequestStatus.Pending;

    /// <summary>The way to the user; another one when it connects anew: its request stands on.</summary>
    public void Attach(BfcpAssociation association) => _association = association;

    /// <summary>The way to the user is gone, as a stream that closed: its request ends with it.</summary>
    public void Detach()
    {
        (_association, _isWatching) = (null, false);
        Withdraw();
    }

    /// <summary>Who has the floor now; null for nobody. The user itself is meant by its number alone.</summary>
    public void SetHolder(BfcpFloorHolder? holder, long nowNs)
    {
        if (_holder == holder)
            return;
        _holder = holder;
        var isUser = holder?.User == _user.User;
        if (!isUser && holder is not null)
            _holdersRequest = NextRequest();
        if (isUser && IsPending)
            Become(BfcpRequestStatus.Granted, nowNs);
        else if (!isUser && IsGranted)
            Become(BfcpRequestStatus.Revoked, nowNs);
        TellWatcher(nowNs);
    }

    /// <summary>Its request is not granted, since nobody decided in time.</summary>
    public void Deny(long nowNs)
    {
        if (!IsPending)
            return;
        Become(BfcpRequestStatus.Denied, nowNs);
        TellWatcher(nowNs);
    }

    void IBfcpListener.OnMessage(BfcpMessage message, long nowNs)
    {
        // What comes of it by the way stands in the answer already, or follows it.
        (_isAnswering, _isWatcherDue) = (true, false);
        Answer(message, nowNs);
        _isAnswering = false;
        if (_isWatcherDue)
            TellWatcher(nowNs);
    }

    void IBfcpListener.OnAnswer(BfcpMessage asked, BfcpMessage answer, long nowNs)
    {
    }

    void IBfcpListener.OnLost(long nowNs)
    {
        // Who hears nothing does not know that it has the floor, or that it lost it.
        _isWatching = false;
        Withdraw();
    }

    /// <summary>The user is gone: its request ends with it.</summary>
    public void Withdraw()
    {
        if (_request == 0)
            return;
        _request = 0;
        _policy.Release();
    }

    void Answer(BfcpMessage message, long nowNs)
    {
        var association = _association!;
        if (message.Primitive is BfcpPrimitive.Error)
            return;
        if (message.Conference != _conference)
            association.Refuse(message, BfcpErrorCode.NoSuchConference, nowNs);
        else if (message.User != _user.User)
            association.Refuse(message, BfcpErrorCode.NoSuchUser, nowNs);
        else if (message.Attributes.Any(static attribute => attribute is { IsKnown: false, IsMandatory: true }))
            association.Refuse(message, BfcpErrorCode.UnknownMandatoryAttribute, nowNs, [.. message.Attributes.Where(static attribute => attribute is { IsKnown: false, IsMandatory: true })
                .Select(static attribute => (byte)((byte)attribute.Type << 1)).Distinct()]);
        else if (Refusal(message) is not BfcpErrorCode.None and var code)
            association.Refuse(message, code, nowNs);
        else
            association.Answer(message, AnswerTo(message.Primitive), Act(message), nowNs);
    }

    BfcpErrorCode Refusal(BfcpMessage message) => message.Primitive switch
    {
        BfcpPrimitive.FloorRequest when !message.Attributes.Any(static attribute => attribute.Type == BfcpAttributeType.FloorId) || NamesOtherFloor(message) => BfcpErrorCode.InvalidFloor,
        BfcpPrimitive.FloorRequest when message.Find(BfcpAttributeType.BeneficiaryId) is { } other && other.Id != _user.User => BfcpErrorCode.UnauthorizedOperation,
        BfcpPrimitive.FloorRequest when _request != 0 => BfcpErrorCode.TooManyFloorRequests,
        BfcpPrimitive.FloorRelease when RequestOf(message) is not { } id || id != _request || id == 0 => BfcpErrorCode.NoSuchFloorRequest,
        BfcpPrimitive.FloorRequestQuery when RequestOf(message) is not { } id || id == 0 || (id != _request && (id != _holdersRequest || !IsElsewhere)) => BfcpErrorCode.NoSuchFloorRequest,
        BfcpPrimitive.UserQuery when message.Find(BfcpAttributeType.BeneficiaryId) is { } other && other.Id != _user.User && other.Id != _holder?.User => BfcpErrorCode.NoSuchUser,
        BfcpPrimitive.FloorQuery when NamesOtherFloor(message) => BfcpErrorCode.InvalidFloor,
        BfcpPrimitive.ChairAction => BfcpErrorCode.UnauthorizedOperation,
        BfcpPrimitive.FloorRequest or BfcpPrimitive.FloorRelease or BfcpPrimitive.FloorRequestQuery or BfcpPrimitive.UserQuery or BfcpPrimitive.FloorQuery or BfcpPrimitive.Hello
            or BfcpPrimitive.Goodbye => BfcpErrorCode.None,
        _ => BfcpErrorCode.UnknownPrimitive,
    };

    IReadOnlyList<BfcpAttribute> Act(BfcpMessage message)
    {
        switch (message.Primitive)
        {
            case BfcpPrimitive.FloorRequest:
                return [Request()];
            case BfcpPrimitive.FloorRelease:
                var was = IsGranted ? BfcpRequestStatus.Released : BfcpRequestStatus.Cancelled;
                var released = Information(_request, was, _user);
                Withdraw();
                _isWatcherDue = true;
                return [released];
            case BfcpPrimitive.FloorRequestQuery:
                return [RequestOf(message) == _request ? Own : Others];
            case BfcpPrimitive.UserQuery when message.Find(BfcpAttributeType.BeneficiaryId) is { } other && other.Id != _user.User:
                return [_holder!.Information, Others];
            case BfcpPrimitive.UserQuery:
                return _request == 0 ? [_user.Information] : [_user.Information, Own];
            case BfcpPrimitive.FloorQuery:
                _isWatching = message.Find(BfcpAttributeType.FloorId) is not null;
                return _isWatching ? Status() : [];
            case BfcpPrimitive.Hello:
                return [BfcpAttribute.OfPrimitives(_primitives), BfcpAttribute.OfAttributes(_attributes)];
            default:
                _isWatching = false;
                Withdraw();
                return [];
        }
    }

    static BfcpPrimitive AnswerTo(BfcpPrimitive asked) => asked switch
    {
        BfcpPrimitive.UserQuery => BfcpPrimitive.UserStatus,
        BfcpPrimitive.FloorQuery => BfcpPrimitive.FloorStatus,
        BfcpPrimitive.Hello => BfcpPrimitive.HelloAck,
        BfcpPrimitive.Goodbye => BfcpPrimitive.GoodbyeAck,
        _ => BfcpPrimitive.FloorRequestStatus,
    };

    BfcpAttribute Request()
    {
        (_request, _status, _isWatcherDue) = (NextRequest(), BfcpRequestStatus.Pending, true);
        var request = _request;
        if (!_policy.Request())
        {
            _request = 0;
            return Information(request, BfcpRequestStatus.Denied, _user);
        }

        if (_holder?.User == _user.User)
            _status = BfcpRequestStatus.Granted;
        return Information(request, _status, _user);
    }

    /// <summary>What has become of the user's request: told by itself, or by the answer that is being made.</summary>
    void Become(BfcpRequestStatus status, long nowNs)
    {
        _status = status;
        var information = Own;
        if (status != BfcpRequestStatus.Granted)
            _request = 0;
        if (!_isAnswering)
            Tell(BfcpPrimitive.FloorRequestStatus, [information], nowNs);
    }

    void TellWatcher(long nowNs)
    {
        _isWatcherDue = _isAnswering;
        if (_isWatching && !_isAnswering)
            Tell(BfcpPrimitive.FloorStatus, Status(), nowNs);
    }

    void Tell(BfcpPrimitive primitive, IReadOnlyList<BfcpAttribute> attributes, long nowNs) =>
        _association?.Notify(new BfcpMessage { Primitive = primitive, Conference = _conference, User = _user.User, Attributes = attributes }, nowNs);

    /// <summary>The floor, who has it, and who waits for it as far as the user is concerned.</summary>
    List<BfcpAttribute> Status()
    {
        List<BfcpAttribute> status = [BfcpAttribute.OfId(BfcpAttributeType.FloorId, Floor)];
        if (IsElsewhere)
            status.Add(Others);
        if (_request != 0)
            status.Add(Own);
        return status;
    }

    bool IsElsewhere => _holder is { } holder && holder.User != _user.User;

    BfcpAttribute Own => Information(_request, _status, _user);

    BfcpAttribute Others => Information(_holdersRequest, BfcpRequestStatus.Granted, _holder!);

    static BfcpAttribute Information(ushort request, BfcpRequestStatus status, BfcpFloorHolder user) => BfcpAttribute.OfGroup(
        BfcpAttributeType.FloorRequestInformation, request,
        BfcpAttribute.OfGroup(BfcpAttributeType.OverallRequestStatus, request, BfcpAttribute.OfStatus(status)),
        BfcpAttribute.OfGroup(BfcpAttributeType.FloorRequestStatus, Floor, BfcpAttribute.OfStatus(status)),
        user.Information);

    static bool NamesOtherFloor(BfcpMessage message) => message.Attributes.Any(static attribute => attribute is { Type: BfcpAttributeType.FloorId, Id: not Floor });

    static ushort? RequestOf(BfcpMessage message) => message.Find(BfcpAttributeType.FloorRequestId)?.Id;

    ushort NextRequest() => ++_lastRequest == 0 ? ++_lastRequest : _lastRequest;
}
