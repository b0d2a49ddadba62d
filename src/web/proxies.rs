//! Behind a proxy all come from one address: whom does a request come from, if the proxy is one that we trust?
//!
//! Each proxy appends to `X-Forwarded-For` the address it was asked from. What stands further left was sent by whoever
//! asked, and may be a lie: the last address that is no trusted proxy's is taken, and nothing before it is read.

use std::convert::Infallible;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::Web;
use super::who::Peer;
use crate::signin::Address;

/// Where proxies add whom they were asked by.
const FORWARDED: &str = "x-forwarded-for";

/// An address or a network of a proxy: `10.0.0.7`, `172.30.46.0/24`, `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxy {
    network: u128,
    /// The bits of `network` that count, of 128.
    bits: u8,
}

/// A text that is no address and no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address or a network, such as 172.30.46.1 or 10.0.0.0/8")]
pub struct NoNetwork;

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Proxy]>);

/// Both kinds of address as one.
fn number(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(it) => it.to_ipv6_mapped().to_bits(),
        IpAddr::V6(it) => it.to_bits(),
    }
}

fn kept(number: u128, bits: u8) -> u128 {
    if bits == 0 { 0 } else { number >> (128 - u32::from(bits)) }
}

impl FromStr for Proxy {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(it, bits)| (it, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let whole: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(whole), |bits| bits.parse::<u8>().map_err(|_| NoNetwork))?;
        if bits > whole {
            return Err(NoNetwork);
        }
        // The last 32 of 128 bits hold an address of IPv4.
        Ok(Self { network: number(address), bits: bits + (128 - whole) })
    }
}

impl Proxy {
    fn holds(self, address: IpAddr) -> bool {
        kept(self.network, self.bits) == kept(number(address), self.bits)
    }
}

impl FromIterator<Proxy> for Proxies {
    fn from_iter<T: IntoIterator<Item = Proxy>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|proxy| proxy.holds(address))
    }

    /// From where a request comes, if that stands for one caller.
    fn caller(&self, peer: Peer, headers: &HeaderMap) -> Address {
        if self.0.is_empty() {
            return peer.of_one();
        }
        if !self.trusts(peer.0) {
            return Some(peer.0);
        }
        let lines: Vec<&str> = headers.get_all(FORWARDED).iter().map(|it| it.to_str().unwrap_or_default()).collect();
        for hop in lines.join(",").rsplit(',') {
            // What can't be read ends the search: nothing before it can be believed.
            let hop = address_of(hop.trim())?;
            if !self.trusts(hop) {
                return Some(hop);
            }
        }
        None
    }
}

/// The address of a hop; some proxies add the port.
fn address_of(hop: &str) -> Address {
    let with_port = || hop.parse().map(|it: std::net::SocketAddr| it.ip());
    hop.trim_start_matches('[').trim_end_matches(']').parse().or_else(|_| with_port()).ok()
}

/// From where a request comes, for whoever counts tries.
#[derive(Debug, Clone, Copy)]
pub struct From(pub Address);

impl FromRequestParts<Web> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        let Some(peer) = parts.extensions.get::<Peer>() else { return Ok(Self(None)) };
        let proxies = parts.extensions.get::<Proxies>();
        Ok(Self(proxies.map_or_else(|| peer.of_one(), |it| it.caller(*peer, &parts.headers))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(all: &[&str]) -> Proxies {
        all.iter().map(|it| it.parse::<Proxy>().unwrap()).collect()
    }

    fn seen(by: &Proxies, peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        by.caller(Peer(peer.parse().unwrap()), &headers).map(|it| it.to_string())
    }

    #[test]
    fn the_last_address_that_is_no_proxy_s_is_the_caller_s_whatever_stands_before_it() {
        let ours = proxies(&["172.30.46.1", "10.0.0.0/8", "fd00::/8"]);
        let taken = |forwarded: &[&str]| seen(&ours, "172.30.46.1", forwarded);
        assert_eq!(taken(&["203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(taken(&["1.2.3.4, 203.0.113.7"]).as_deref(), Some("203.0.113.7"), "the first hop is a lie");
        assert_eq!(taken(&["203.0.113.7, 10.9.9.9, 10.1.1.1"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(taken(&["1.2.3.4", "203.0.113.7,10.1.1.1"]).as_deref(), Some("203.0.113.7"), "two lines");
        assert_eq!(taken(&["203.0.113.7:50121"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(taken(&["[2001:db8::7]:443"]).as_deref(), Some("2001:db8::7"));
        assert_eq!(taken(&["192.168.3.4"]).as_deref(), Some("192.168.3.4"), "an office of the same network is one");
        assert_eq!(seen(&ours, "::ffff:172.30.46.1", &["203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        for nobody in [&[][..], &["10.1.1.1"], &["203.0.113.7, unknown"], &["203.0.113.7,"], &["é"]] {
            assert_eq!(taken(nobody), None, "{nobody:?}");
        }
    }

    #[test]
    fn nobody_else_s_word_is_taken() {
        let ours = proxies(&["172.30.46.1"]);
        assert_eq!(seen(&ours, "203.0.113.9", &["1.2.3.4"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(seen(&ours, "172.30.46.2", &["1.2.3.4"]).as_deref(), Some("172.30.46.2"));
        // Where none is named, a private address stands for all behind it.
        assert_eq!(seen(&Proxies::default(), "172.30.46.1", &["1.2.3.4"]), None);
        assert_eq!(seen(&Proxies::default(), "203.0.113.9", &["1.2.3.4"]).as_deref(), Some("203.0.113.9"));
        assert!(proxies(&["0.0.0.0/0"]).trusts("203.0.113.9".parse().unwrap()));
        assert!(!proxies(&["0.0.0.0/0"]).trusts("2001:db8::1".parse().unwrap()));
        assert!(proxies(&["::/0"]).trusts("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_told_so() {
        for wrong in ["", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::1/129", "10.0.0.0/-1"] {
            assert_eq!(wrong.parse::<Proxy>(), Err(NoNetwork), "{wrong}");
        }
    }
}
