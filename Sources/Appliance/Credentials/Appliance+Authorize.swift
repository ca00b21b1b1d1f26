package import Base
import Crypto
package import Diagnosis
import Host
package import Routes

/// What a person has to do elsewhere, or what is waited for.
package enum SignInNews: Sendable, Equatable {
  /// Type this code at this address.
  case code(String, address: String, seconds: Int)
  /// Open this address, sign in, and bring back the one that the browser ended at.
  case open(address: String)
  /// A token is asked for, which may take as long as the endpoint likes.
  case gettingToken(host: String)
  /// The endpoint is out of order, and is asked again.
  case waiting(reason: Failure)
}

/// What a sign-in came to.
package struct SignIn: Sendable, Equatable {
  package let route: String
  package let username: String
  package let grant: Grant
  /// Of the token that proved it.
  package let seconds: Int
  /// A refresh token is kept, which later tokens are bought with.
  package let isKept: Bool
}

extension Appliance {
  /// Signs a route in, or proves that it can get tokens as it is: gets one, and keeps it.
  ///
  /// - Parameters:
  ///   - inBrowser: by a browser elsewhere, also where the route is set to device code.
  ///   - pasted: asked once for the address that the browser ended at.
  package func authorize(
    _ name: String, inBrowser: Bool, interrupt: StopSignal, news: (SignInNews) -> Void,
    pasted: () throws(Failure) -> String
  ) throws(Failure) -> SignIn {
    let route = try route(named: name)
    guard let tokens = tokens(of: route, interrupt: interrupt) else {
      throw Failure(.tokenSignsInByPassword, values: ["route": route.name, "preset": route.preset])
    }
    let grant: TokenGrant
    switch tokens.source.grant {
    case .authorizationCode: grant = try signInByBrowser(tokens, news, pasted)
    case .deviceCode where inBrowser: grant = try signInByBrowser(tokens, news, pasted)
    case .deviceCode: grant = try signInByCode(tokens, interrupt, news)
    case .clientSecret, .clientCertificate, .serviceAccount, .password:
      if inBrowser {
        throw Failure(
          .tokenNobodySignsIn, values: ["route": route.name, "grant": tokens.source.grant.rawValue])
      }
      grant = try tokens.purchase { news(.gettingToken(host: $0)) }
    }
    if tokens.source.grant.leavesRefreshToken { try keep(grant, tokens) }
    return SignIn(
      route: route.name, username: tokens.user, grant: tokens.source.grant,
      seconds: Int(grant.life.components.seconds), isKept: grant.refreshToken != nil)
  }

  private func route(named name: String) throws(Failure) -> Route {
    if let route = site.routes.first(where: { $0.name == name }) { return route }
    let names = site.routes.map(\.name)
    throw Failure(
      names.isEmpty ? .tokenNoRoutes : .tokenRouteUnknown,
      values: ["name": name.onOneLine(limit: 80), "names": names.joined(separator: ", ")])
  }

  /// A process that sends with an older one meanwhile does not put it back.
  private func keep(_ grant: TokenGrant, _ tokens: RouteTokens) throws(Failure) {
    if grant.refreshToken == nil { throw Failure(.tokenNoRefreshToken, values: tokens.values) }
    try tokens.keep(grant)
  }

  // MARK: By a code

  private func signInByCode(
    _ tokens: RouteTokens, _ interrupt: StopSignal, _ news: (SignInNews) -> Void
  ) throws(Failure) -> TokenGrant {
    guard let request = tokens.source.deviceCode() else { throw Failure(.tokenNoDeviceCode, values: tokens.values) }
    let answer = try tokens.answer(to: request)
    var code: DeviceCode
    do throws(TokenFault) {
      code = try DeviceCode(answer)
    } catch {
      throw Failure(error, after: request, by: tokens)
    }
    news(.code(code.userCode, address: code.address, seconds: Int(code.life.components.seconds)))
    let end = clock.after(code.life)
    while !clock.hasPassed(end) {
      if clock.wait(until: min(end, clock.after(code.interval)), interrupt) { break }
      if let grant = try poll(&code, tokens, news) { return grant }
    }
    if clock.hasPassed(end) { throw Failure(.tokenCodeRanOut, code: "expired_token", values: tokens.values) }
    throw Failure(HTTPSFault.interrupted(host: tokens.source.endpointHost), route: tokens.route)
  }

  /// What an endpoint that cannot be reached counts as: one that says so is asked less often, too.
  private static let outOfOrder = 503

  /// Asks once; nil while there is no token yet.
  private func poll(
    _ code: inout DeviceCode, _ tokens: RouteTokens, _ news: (SignInNews) -> Void
  ) throws(Failure) -> TokenGrant? {
    let request = tokens.source.poll(deviceCode: code.deviceCode)
    var answer = TokenAnswer(status: Self.outOfOrder, body: [])
    do throws(Failure) {
      answer = try tokens.answer(to: request)
    } catch {
      guard error.class == .transient, error.exitCode != .interrupted else { throw error }
      news(.waiting(reason: error))
    }
    do throws(TokenFault) {
      return try TokenGrant(answer)
    } catch {
      if code.goesOn(after: error) { return nil }
      throw Failure(error, after: request, by: tokens)
    }
  }

  // MARK: In a browser elsewhere

  private func signInByBrowser(
    _ tokens: RouteTokens, _ news: (SignInNews) -> Void, _ pasted: () throws(Failure) -> String
  ) throws(Failure) -> TokenGrant {
    let signIn = BrowserSignIn(
      verifier: randomBytes(BrowserSignIn.randomBytes), state: randomBytes(BrowserSignIn.randomBytes))
    news(.open(address: signIn.address(by: tokens.source, for: tokens.user)))
    let text = try pasted()
    let code: String
    do throws(TokenFault) {
      code = try signIn.code(in: text)
    } catch {
      // What is no answer at all says nothing of the endpoint.
      throw error.reason == nil
        ? Failure(error, after: nil, by: tokens) : Failure(FailureID(error), values: ["route": tokens.route])
    }
    let request = tokens.source.authorizationCode(
      code, verifier: signIn.verifier, redirect: BrowserSignIn.redirect, secret: try tokens.clientSecret())
    news(.gettingToken(host: tokens.source.endpointHost))
    return try tokens.grant(by: request)
  }
}
