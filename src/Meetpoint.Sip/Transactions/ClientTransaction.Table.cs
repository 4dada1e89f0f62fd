namespace Meetpoint.Sip;

/// <summary>States of RFC 3261 figures 5 and 6, with RFC 6026's Accepted; Calling stands for Trying too.</summary>
enum ClientTransactionState : byte
{
    /// <summary>Sent, nothing heard.</summary>
    Calling,

    /// <summary>A 1xx was heard.</summary>
    Proceeding,

    /// <summary>A final answer was heard; its copies are absorbed.</summary>
    Completed,

    /// <summary>INVITE only: a 2xx was heard; further ones, also of other branches, still go up.</summary>
    Accepted,

    /// <summary>Gone.</summary>
    Terminated,
}

sealed partial class ClientTransaction
{
    internal enum Input : byte
    {
        /// <summary>Timer A or E.</summary>
        Retransmit,

        /// <summary>Timer B or F while unanswered; D, K or M after.</summary>
        Deadline,
        Provisional,
        Success,
        Failure,
        TransportError,
    }

    [Flags]
    enum Do : ushort
    {
        Nothing = 0,
        Send = 1,
        PassUp = 2,
        Ack = 4,
        StopRetransmit = 8,
        StopDeadline = 16,
        StartLinger = 32,
        TellTimeout = 64,
        TellTransportError = 128,
    }

    const ClientTransactionState Calling = ClientTransactionState.Calling, Proceeding = ClientTransactionState.Proceeding,
        Completed = ClientTransactionState.Completed, Accepted = ClientTransactionState.Accepted, Terminated = ClientTransactionState.Terminated;

    // Columns: Retransmit, Deadline, 1xx, 2xx, 3xx-6xx, transport error.
    static readonly (ClientTransactionState Next, Do Action)[][] InviteTable =
    [
        /* Calling */ [(Calling, Do.Send), (Terminated, Do.TellTimeout), (Proceeding, Do.PassUp | Do.StopRetransmit | Do.StopDeadline),
            (Accepted, Do.PassUp | Do.StopRetransmit | Do.StartLinger), (Completed, Do.PassUp | Do.Ack | Do.StopRetransmit | Do.StartLinger), (Terminated, Do.TellTransportError)],
        /* Proceeding */ [(Proceeding, Do.Nothing), (Proceeding, Do.Nothing), (Proceeding, Do.PassUp),
            (Accepted, Do.PassUp | Do.StartLinger), (Completed, Do.PassUp | Do.Ack | Do.StartLinger), (Proceeding, Do.Nothing)],
        /* Completed */ [(Completed, Do.Nothing), (Terminated, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Ack), (Terminated, Do.Nothing)],
        /* Accepted */ [(Accepted, Do.Nothing), (Terminated, Do.Nothing), (Accepted, Do.Nothing), (Accepted, Do.PassUp), (Accepted, Do.Nothing), (Accepted, Do.Nothing)],
    ];

    static readonly (ClientTransactionState Next, Do Action)[][] OtherTable =
    [
        /* Trying */ [(Calling, Do.Send), (Terminated, Do.TellTimeout), (Proceeding, Do.PassUp),
            (Completed, Do.PassUp | Do.StopRetransmit | Do.StartLinger), (Completed, Do.PassUp | Do.StopRetransmit | Do.StartLinger), (Terminated, Do.TellTransportError)],
        /* Proceeding */ [(Proceeding, Do.Send), (Terminated, Do.TellTimeout), (Proceeding, Do.PassUp),
            (Completed, Do.PassUp | Do.StopRetransmit | Do.StartLinger), (Completed, Do.PassUp | Do.StopRetransmit | Do.StartLinger), (Terminated, Do.TellTransportError)],
        /* Completed */ [(Completed, Do.Nothing), (Terminated, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing), (Completed, Do.Nothing)],
    ];
}
