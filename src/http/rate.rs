//! How often one address may use the public routes. The address is the peer's, unless the peer is a proxy that we trust:
//! then it is the last one in `X-Forwarded-For` that is not a trusted proxy itself; anything further left can be made up.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use super::problem::{Code, Problem};
use crate::domain::calendar::HOLD_MINUTES;

/// After how many checks addresses that have gone quiet are forgotten.
const CHECKS_BETWEEN_CLEANINGS: u32 = 10_000;
/// How much of an IPv6 address counts as one client: what one subscriber is usually given.
const IPV6_CLIENT_PREFIX_BITS: u32 = 64;
/// How many hops of `X-Forwarded-For` are looked at.
const FORWARDED_HOPS_MAX: usize = 16;

/// Most slots that one address can have kept for it within [`HOLD_MINUTES`]. Whoever books keeps one after the other; so
/// many are enough for a whole office behind one address.
pub const HOLDS_PER_ADDRESS_MAX: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// A limit of public requests an address.
#[derive(Debug)]
pub struct PublicRate {
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    refusal: &'static str,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl PublicRate {
    /// So many a minute an address, all of which may come at once; 0: no limit.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        let quota = NonZeroU32::new(requests).map(Quota::per_minute);
        Self::of(quota, "Too many requests from this address; please slow down.")
    }

    /// [`HOLDS_PER_ADDRESS_MAX`] within the minutes that a slot is kept.
    #[must_use]
    pub fn of_holds() -> Self {
        let minutes = Duration::from_secs(HOLD_MINUTES.unsigned_abs() * 60);
        let quota = Quota::with_period(minutes / HOLDS_PER_ADDRESS_MAX.get());
        let quota = quota.map(|quota| quota.allow_burst(HOLDS_PER_ADDRESS_MAX));
        Self::of(quota, "Many times are being kept for this address already; please book one of them, or wait.")
    }

    /// No limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::of(None, "")
    }

    fn of(quota: Option<Quota>, refusal: &'static str) -> Self {
        let limiter = quota.map(RateLimiter::dashmap);
        Self { limiter, refusal, clock: DefaultClock::default(), checks: AtomicU32::new(0) }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 with the seconds until the next one is welcome.
    pub fn check(&self, request: &HttpRequest, trusted: &[IpNet]) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let Some(address) = client_address(request, trusted) else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEANINGS == CHECKS_BETWEEN_CLEANINGS - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&key_of(address)).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
            Problem::new(Code::TooManyRequests, self.refusal).retry_after(seconds)
        })
    }
}

/// The client's address; `None` for a connection without one.
#[must_use]
pub fn client_address(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    if !is_trusted(peer, trusted) {
        return Some(peer);
    }
    let hops: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut client = peer;
    for hop in hops.iter().rev().take(FORWARDED_HOPS_MAX) {
        let Ok(address) = hop.parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_trusted(client, trusted) {
            break;
        }
    }
    Some(client)
}

/// Whether this request reached us through a proxy whose headers count.
#[must_use]
pub fn is_through_trusted_proxy(request: &HttpRequest, trusted: &[IpNet]) -> bool {
    request.peer_addr().is_some_and(|peer| is_trusted(peer.ip().to_canonical(), trusted))
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

fn key_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - IPV6_CLIENT_PREFIX_BITS))))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(peer: &str, forwarded: Option<&str>) -> HttpRequest {
        let mut request = TestRequest::get().peer_addr(format!("{peer}:4711").parse().unwrap());
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        request.to_http_request()
    }

    fn address(peer: &str, forwarded: Option<&str>) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(&from(peer, forwarded), &trusted).unwrap().to_string()
    }

    #[test]
    fn forwarded_addresses_count_from_trusted_proxies_only() {
        assert_eq!(address("203.0.113.9", Some("1.2.3.4")), "203.0.113.9");
        assert_eq!(address("10.0.0.1", Some("1.2.3.4")), "1.2.3.4");
        assert_eq!(address("10.0.0.1", Some("6.6.6.6, 1.2.3.4, 10.0.0.2")), "1.2.3.4");
        assert_eq!(address("10.0.0.1", Some("nonsense")), "10.0.0.1");
        assert_eq!(address("10.0.0.1", None), "10.0.0.1");
        assert_eq!(address("[::ffff:10.0.0.1]", Some("1.2.3.4")), "1.2.3.4");
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        let key = |text: &str| key_of(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn one_address_keeps_so_many_slots_and_no_more() {
        let rate = PublicRate::of_holds();
        let request = from("203.0.113.9", None);
        assert!((0..HOLDS_PER_ADDRESS_MAX.get()).all(|_| rate.check(&request, &[]).is_ok()));
        let problem = rate.check(&request, &[]).unwrap_err();
        assert_eq!(problem.code(), Code::TooManyRequests);
        assert!(problem.detail().contains("kept for this address"), "{problem}");
        assert!(rate.check(&from("203.0.113.10", None), &[]).is_ok());
    }

    #[test]
    fn who_comes_too_often_is_told_when_to_come_back() {
        let rate = PublicRate::per_minute(2);
        let request = from("203.0.113.9", None);
        assert!(rate.check(&request, &[]).is_ok());
        assert!(rate.check(&request, &[]).is_ok());
        let problem = rate.check(&request, &[]).unwrap_err();
        assert_eq!(problem.code(), Code::TooManyRequests);
        assert!(problem.response(None).headers().contains_key("retry-after"));
        assert!(rate.check(&from("203.0.113.10", None), &[]).is_ok());
        let unlimited = PublicRate::per_minute(0);
        assert!((0..100).all(|_| unlimited.check(&request, &[]).is_ok()));
    }
}
