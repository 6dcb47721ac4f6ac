//! Which addresses a webhook may go to: those of the public internet, and private ones only where the operator says so.
//! What a customer or an admin of one org writes must not make this server knock at its neighbours' doors.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Networks of IPv4 that are not the public internet (IANA's registry of special purposes, multicast, reserved).
const SPECIAL_V4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
/// The only network of IPv6 that is given out to the public.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// Parts of it that are not, or that lead on to an IPv4 address within them (Teredo and other protocols, 6to4, examples).
const SPECIAL_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address belongs to the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    // An IPv4 address in IPv6 clothes is the IPv4 address.
    match address.to_canonical() {
        IpAddr::V4(address) => {
            !SPECIAL_V4.iter().any(|(network, bits)| Ipv4Net::new_assert(*network, *bits).contains(&address))
        }
        IpAddr::V6(address) => {
            let within = |(network, bits): &(Ipv6Addr, u8)| Ipv6Net::new_assert(*network, *bits).contains(&address);
            within(&GLOBAL_V6) && !SPECIAL_V6.iter().any(within)
        }
    }
}

/// Why a request does not go anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreachable {
    /// The name has no address just now.
    Unresolved(String),
    /// It has none that we may go to.
    Private,
}

/// The addresses of a URL's host that a request may go to. Looked up once: the request goes to these, whatever the name
/// means a moment later.
pub(super) async fn resolve(url: &Url, allowed: &[IpNet]) -> Result<Vec<SocketAddr>, Unreachable> {
    let port = url.port_or_known_default().unwrap_or_default();
    let all: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
            Ok(found) => found.collect(),
            Err(error) => return Err(Unreachable::Unresolved(error.to_string())),
        },
        None => Vec::new(),
    };
    if all.is_empty() {
        return Err(Unreachable::Unresolved("it has no address".to_owned()));
    }
    let may_go_to = |address: &SocketAddr| {
        let address = address.ip().to_canonical();
        is_public(address) || allowed.iter().any(|network| network.contains(&address))
    };
    let open: Vec<SocketAddr> = all.into_iter().filter(may_go_to).collect();
    if open.is_empty() { Err(Unreachable::Private) } else { Ok(open) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for public in ["1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "2606:4700::1", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[tokio::test]
    async fn however_a_private_address_is_written_it_is_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            let url: Url = url.parse().unwrap();
            assert_eq!(resolve(&url, &[]).await, Err(Unreachable::Private), "{url}");
        }
        let allowed = ["127.0.0.0/8".parse().unwrap()];
        let resolved = resolve(&"http://127.0.0.1:81/".parse().unwrap(), &allowed).await;
        assert_eq!(resolved, Ok(vec!["127.0.0.1:81".parse().unwrap()]));
    }
}
