import Diagnosis
import Glibc
import Host
import TestKit
import Testing

@Suite struct SecretNameTests {
  @Test(arguments: [
    "routes.office.password", "routes.m365_2.clientSecret", "routes.0.refreshToken", "dkim.privateKey",
    "console.password", "routes.office.privateKey", "routes.office.serviceAccountKey", "routes.office.accessToken",
  ])
  func `the forms of a name`(text: String) throws {
    #expect(try SecretName(text).text == text)
  }

  @Test(arguments: [
    "", "password", "routes", "routes.office", "routes..password", "routes.office.password.x", "routes.Office.password",
    "routes.of-fice.password", "routes.../../etc.password", "routes.office.Password", "dkim.password",
    "console.privateKey", "routes.office.password\n", "routes.\(String(repeating: "a", count: 201)).password",
  ])
  func `anything else is refused, with the forms`(text: String) {
    let fault = #expect(throws: Failure.self) { try SecretName(text) }
    let sentence = fault.map { ([$0.cause] + $0.steps).joined(separator: " ") } ?? ""
    for form in SecretName.forms { #expect(sentence.contains(form)) }
    #expect(!sentence.contains("\n"))
  }

  @Test func `what buys an access token knows its name`() throws {
    let cache = try SecretName("accessToken", ofRoute: "office")
    for kind in ["password", "clientSecret", "refreshToken", "privateKey", "serviceAccountKey"] {
      #expect(try SecretName(kind, ofRoute: "office").accessToken == cache)
    }
    #expect(cache.accessToken == nil && cache.use?.route == "office" && cache.use?.kind == "accessToken")
    #expect(try SecretName("dkim.privateKey").accessToken == nil)
  }

  @Test func `the variable that may hold it`() throws {
    #expect(try SecretName("routes.office.password").variable == "PLATEN_SECRET_ROUTES_OFFICE_PASSWORD")
    #expect(try SecretName("routes.my_isp.clientSecret").variable == "PLATEN_SECRET_ROUTES_MY_ISP_CLIENTSECRET")
    #expect(try SecretName("dkim.privateKey").variable == "PLATEN_SECRET_DKIM_PRIVATEKEY")
  }

  @Test func `secrets of the environment are taken out of it`() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("PLATEN_SECRET_ROUTES_OFFICE_PASSWORD", "pass=word", 1)
      unsafe setenv("PLATEN_SECRET_DKIM_PRIVATEKEY", "key", 1)
      unsafe setenv("PLATEN_STATE", "/state", 1)
      let office = try SecretName("routes.office.password")
      let key = try SecretName("dkim.privateKey")
      let other = try SecretName("routes.other.password")
      let secrets = EnvironmentSecrets.takeFromEnvironment()
      #expect(secrets.variables == ["PLATEN_SECRET_DKIM_PRIVATEKEY", "PLATEN_SECRET_ROUTES_OFFICE_PASSWORD"])
      #expect(secrets.value(of: office) == Array("pass=word".utf8))
      #expect(secrets.value(of: key) == Array("key".utf8))
      #expect(secrets.value(of: other) == nil)
      #expect(!"\(secrets)".contains("pass=word"))
      #expect(unsafe getenv("PLATEN_SECRET_ROUTES_OFFICE_PASSWORD") == nil)
      #expect(unsafe getenv("PLATEN_SECRET_DKIM_PRIVATEKEY") == nil)
      #expect(unsafe getenv("PLATEN_STATE") != nil)
      #expect(EnvironmentSecrets.takeFromEnvironment().variables.isEmpty)
    }
  }
}
