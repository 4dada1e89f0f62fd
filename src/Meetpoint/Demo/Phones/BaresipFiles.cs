namespace Meetpoint.Demo.Phones;

/// <summary>The files that a headless baresip reads.</summary>
static class BaresipFiles
{
    /// <summary>Its control port, on its own address.</summary>
    public const int ControlPort = 4_444;

    const string Opus = "opus";

    /// <summary>
    /// Without stdio.so, which stops when input is /dev/null. aubridge is the player that needs no device; sndfile records behind it.
    /// </summary>
    public static string Configuration(PhoneAccount account, string folder, int sampleRate) =>
        $"""
        poll_method epoll
        sip_listen {account.Listen}
        net_interface {account.Listen.Host}
        dns_server {account.NameServer}
        ctrl_tcp_listen {account.Listen.WithPort(ControlPort)}
        call_local_timeout 120
        call_max_calls 1
        audio_path /usr/share/baresip
        audio_player aubridge,{account.User}-heard
        audio_source aufile,{Path.Combine(folder, "tone.wav")}
        audio_alert aubridge,{account.User}-alert
        audio_level no
        ausrc_srate {sampleRate}
        auplay_srate {sampleRate}
        ausrc_channels 1
        auplay_channels 1
        rtcp_mux no
        rtp_ports {account.FirstMediaPort}-{account.FirstMediaPort + PhoneAccount.MediaPorts - 1}
        jitter_buffer_type adaptive
        jitter_buffer_delay 3-10
        statmode_default off
        snd_path {folder}
        module_path /usr/lib/baresip/modules
        {(account.Codecs.Contains(Opus) ? "module opus.so" : "")}
        module g722.so
        module g711.so
        module aufile.so
        module aubridge.so
        module sndfile.so
        {(account.VideoCodecs.Count == 0 ? "" : Pictures(account))}
        {(account.MediaEncryption is null ? "" : "module srtp.so\nmodule dtls_srtp.so")}
        module_tmp uuid.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        {(account.Watched.Count == 0 && account.PublishSeconds == 0 ? "" : "module_app contact.so\nmodule_app presence.so")}
        module_app debug_cmd.so

        """;

    /// <summary>
    /// A camera that is a moving test picture, and a screen that is counted and not shown. Codecs are chosen by their modules: of a list in the account baresip takes H.264 in packetization mode 0
    /// alone.
    /// </summary>
    static string Pictures(PhoneAccount account) =>
        $"""
        video_source fakevideo,nil
        video_display fakevideo,nil
        video_size 640x360
        video_bitrate 400000
        video_fps 10
        videnc_format yuv420p
        module fakevideo.so
        {(account.VideoCodecs.Contains("VP8") ? "module vp8.so" : "")}
        {(account.VideoCodecs.Contains("H264") ? "module avcodec.so" : "")}
        """;

    /// <summary>One account. It registers where it is told to, by RFC 5626.</summary>
    public static string Accounts(PhoneAccount account)
    {
        var codecs = string.Join(',', account.Codecs.Select(codec => codec switch
        {
            Opus => "opus/48000/2",
            "G722" => "G722/16000/1",
            _ => $"{codec}/8000/1",
        }));
        var answer = account.AnswersByItself ? "auto" : "manual";
        var isTcp = account.Registrar?.EndsWith("transport=tcp", StringComparison.Ordinal) == true;
        var registration = account.Registrar is { } registrar ? $"regint=120;sipnat=outbound;outbound=\"{registrar}\""
            : account.Proxy is { } proxy ? $"regint=0;outbound=\"{proxy}\"" : "regint=0";
        var publication = account.PublishSeconds > 0 ? $";pubint={account.PublishSeconds}" : "";
        return $"<sip:{account.Address};transport={(isTcp ? "tcp" : "udp")}>;{registration};auth_user={account.DigestUser};auth_pass={account.DigestSecret};audio_codecs={codecs};answermode={answer}{(account.MediaEncryption is { } encryption ? $";mediaenc={encryption}" : "")}{publication}\n";
    }

    /// <summary>Whose presence is watched.</summary>
    public static string Contacts(PhoneAccount account) => string.Concat(account.Watched.Select(address => $"\"{address}\" <sip:{address}>;presence=p2p\n"));
}
