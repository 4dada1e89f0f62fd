using Meetpoint.Interop.Peers;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>FreeRADIUS as the home of alice@REALM: it takes PAP, CHAP, EAP-TTLS, PEAP and EAP-TLS, and notes what it was asked.</summary>
static class HomeServer
{
    /// <summary>What it shares with exchanges.</summary>
    public const string Secret = "homesecret-of-16";

    /// <summary>Starts one.</summary>
    /// <param name="listen">Where authentication is asked; accounting one port up.</param>
    /// <param name="realm">Of its customers.</param>
    /// <param name="authority">Who vouches for it, and for devices.</param>
    /// <param name="isOld">True puts no Message-Authenticator into answers without EAP, as versions before 3.2.5 do.</param>
    public static Task<FreeRadius> StartAsync(NetAddress listen, string realm, TestAuthority authority, bool isOld = false)
    {
        var folder = RealPeer.NewFolder("certificates");
        using var leaf = authority.Leaf([$"aaa.{realm}"]);
        var (certificate, key) = authority.Write(leaf, folder, "server");
        var texts = (File.ReadAllText(certificate), File.ReadAllText(key));
        Directory.Delete(folder, recursive: true);
        return FreeRadius.StartAsync(
            listen, Settings(listen, isOld ? "" : Proof), ("server.pem", texts.Item1), ("server.key", texts.Item2), ("ca.pem", authority.Pem),
            ("users", $"alice@{realm} Cleartext-Password := \"s3cret\"\n\tReply-Message = \"hello alice\",\n\tFilter-Id = \"home-only\",\n\tClass = 0x616c696365,\n\tSession-Timeout = 3600\n"));
    }

    /// <summary>Times at which it was asked for access.</summary>
    public static IReadOnlyList<string> Asked(this FreeRadius home) => home.Detail("access");

    /// <summary>The accounting that it took.</summary>
    public static IReadOnlyList<string> Accounted(this FreeRadius home) => home.Detail("accounting");

    const string Proof = "update reply {\n   Message-Authenticator := 0x00\n  }";

    static string Settings(NetAddress listen, string proof) =>
        $$"""
        proxy_requests = no
        client exchanges {
         ipaddr = 127.0.0.0/8
         secret = {{Secret}}
         require_message_authenticator = yes
        }
        modules {
         detail access {
          filename = FOLDER/access
         }
         detail accounting {
          filename = FOLDER/accounting
         }
         files {
          usersfile = FOLDER/users
         }
         pap {
         }
         chap {
         }
         mschap {
         }
         eap {
          default_eap_type = ttls
          timer_expire = 60
          max_sessions = 4096
          tls-config common {
           private_key_file = FOLDER/server.key
           certificate_file = FOLDER/server.pem
           ca_file = FOLDER/ca.pem
           tls_min_version = "1.2"
           tls_max_version = "1.2"
           ecdh_curve = "prime256v1"
           cache {
            enable = no
           }
          }
          tls {
           tls = common
          }
          ttls {
           tls = common
           default_eap_type = md5
           use_tunneled_reply = yes
           virtual_server = "inner"
          }
          peap {
           tls = common
           default_eap_type = mschapv2
           use_tunneled_reply = yes
           virtual_server = "inner"
          }
          mschapv2 {
          }
          md5 {
          }
         }
        }
        server default {
         listen {
          type = auth
          ipaddr = {{listen.Host}}
          port = {{listen.Port}}
         }
         listen {
          type = acct
          ipaddr = {{listen.Host}}
          port = {{listen.Port + 1}}
         }
         authorize {
          access
          chap
          eap {
           ok = return
          }
          files
          pap
         }
         authenticate {
          Auth-Type PAP {
           pap
          }
          Auth-Type CHAP {
           chap
          }
          eap
         }
         post-auth {
          {{proof}}
          Post-Auth-Type REJECT {
           {{proof}}
          }
         }
         accounting {
          accounting
         }
        }
        server inner {
         authorize {
          mschap
          eap {
           ok = return
          }
          files
          pap
         }
         authenticate {
          Auth-Type PAP {
           pap
          }
          Auth-Type MS-CHAP {
           mschap
          }
          eap
         }
        }

        """;
}
