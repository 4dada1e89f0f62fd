namespace Meetpoint.Sip;

/// <summary>States of RFC 3261 figures 7 and 8, with RFC 6026's Accepted.</summary>
enum ServerTransactionState : byte
{
    /// <summary>Nothing answered yet; INVITE begins in Proceeding.</summary>
    Trying,

    /// <summary>A 1xx went out, or an INVITE waits for one.</summary>
    Proceeding,

    /// <summary>The final answer went out.</summary>
    Completed,

    /// <summary>INVITE only: the ACK of a 3xx-6xx came.</summary>
    Confirmed,

    /// <summary>INVITE only: a 2xx went out; the user sends it again until its ACK comes.</summary>
    Accepted,

    /// <summary>Gone.</summary>
    Terminated,
}

sealed partial class ServerTransaction
{
    internal enum Input : byte
    {
        /// <summary>Timer G; for an INVITE in Proceeding the 200 ms after which 100 goes out.</summary>
        Retransmit,

        /// <summary>Timer H, I, J or L.</summary>
        Deadline,
        Request,
        Ack,
        SendProvisional,
        SendSuccess,
        SendFailure,
        TransportError,
    }

    [Flags]
    enum Do : ushort
    {
        Nothing = 0,
        Send = 1,
        SendTrying = 2,
        StartG = 4,
        StartDeadline = 8,
        PassAckUp = 16,
        TellUser = 32,
        StopRetransmit = 64,
        RearmG = 128,
    }

    const ServerTransactionState Trying = ServerTransactionState.Trying, Proceeding = ServerTransactionState.Proceeding,
        Completed = ServerTransactionState.Completed, Confirmed = ServerTransactionState.Confirmed, Accepted = ServerTransactionState.Accepted,
        Terminated = ServerTransactionState.Terminated;

    // Columns: Retransmit, Deadline, request again, ACK, user sends 1xx, 2xx, 3xx-6xx, transport error.
    static readonly (ServerTransactionState Next, Do Action)[][] InviteTable =
    [
        /* Trying */ [],
        /* Proceeding */ [(Proceeding, Do.SendTrying), (Proceeding, Do.Nothing), (Proceeding, Do.Send), (Proceeding, Do.Nothing),
            (Proceeding, Do.Send | Do.StopRetransmit), (Accepted, Do.Send | Do.StopRetransmit | Do.StartDeadline),
            (Completed, Do.Send | Do.StartG | Do.StartDeadline), (Terminated, Do.TellUser)],
        /* Completed */ [(Completed, Do.Send | Do.RearmG), (Terminated, Do.TellUser), (Completed, Do.Send), (Confirmed, Do.StopRetransmit | Do.StartDeadline),
            (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing)],
        /* Confirmed */ [(Confirmed, Do.Nothing), (Terminated, Do.Nothing), (Confirmed, Do.Nothing), (Confirmed, Do.Nothing),
            (Confirmed, Do.Nothing), (Confirmed, Do.Nothing), (Confirmed, Do.Nothing), (Confirmed, Do.Nothing)],
        /* Accepted */ [(Accepted, Do.Nothing), (Terminated, Do.Nothing), (Accepted, Do.Nothing), (Accepted, Do.PassAckUp),
            (Accepted, Do.Nothing), (Accepted, Do.Send), (Accepted, Do.Nothing), (Accepted, Do.Nothing)],
    ];

    // The deadline of an unanswered one is the client's timer F: an answer after it helps nobody (RFC 4320 section 4.2).
    static readonly (ServerTransactionState Next, Do Action)[][] OtherTable =
    [
        /* Trying */ [(Trying, Do.Nothing), (Terminated, Do.Nothing), (Trying, Do.Nothing), (Trying, Do.Nothing),
            (Proceeding, Do.Send), (Completed, Do.Send | Do.StartDeadline), (Completed, Do.Send | Do.StartDeadline), (Terminated, Do.TellUser)],
        /* Proceeding */ [(Proceeding, Do.Nothing), (Terminated, Do.Nothing), (Proceeding, Do.Send), (Proceeding, Do.Nothing),
            (Proceeding, Do.Send), (Completed, Do.Send | Do.StartDeadline), (Completed, Do.Send | Do.StartDeadline), (Terminated, Do.TellUser)],
        /* Completed */ [(Completed, Do.Nothing), (Terminated, Do.Nothing), (Completed, Do.Send), (Completed, Do.Nothing),
            (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing), (Terminated, Do.TellUser)],
    ];
}
