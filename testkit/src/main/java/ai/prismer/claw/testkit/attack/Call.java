package ai.prismer.claw.testkit.attack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to the API server, as it goes over the wire; no client library's idea of what is
 * allowed stands between an attacker and the server.
 *
 * @param method HTTP method
 * @param path path and query, beginning with a slash
 * @param contentType type of the body
 * @param body the body, or null for none
 * @param headers further headers
 */
public record Call(
    String method,
    String path,
    String contentType,
    @Nullable String body,
    Map<String, String> headers) {

  private static final String JSON = "application/json";

  /** Copies the headers. */
  public Call {
    headers = Map.copyOf(headers);
  }

  public static Call get(String path) {
    return new Call("GET", path, JSON, null, Map.of());
  }

  public static Call post(String path, String body) {
    return new Call("POST", path, JSON, body, Map.of());
  }

  public static Call put(String path, String body) {
    return new Call("PUT", path, JSON, body, Map.of());
  }

  public static Call delete(String path) {
    return new Call("DELETE", path, JSON, null, Map.of());
  }

  /** JSON merge patch (RFC 7386). */
  public static Call merge(String path, String body) {
    return new Call("PATCH", path, "application/merge-patch+json", body, Map.of());
  }

  /** JSON patch (RFC 6902). */
  public static Call jsonPatch(String path, String body) {
    return new Call("PATCH", path, "application/json-patch+json", body, Map.of());
  }

  /** Server-side apply; JSON is YAML. */
  public static Call apply(String path, String body) {
    return new Call("PATCH", path, "application/apply-patch+yaml", body, Map.of());
  }

  /** The same request with one more header. */
  public Call as(String user) {
    return new Call(method, path, contentType, body, Map.of("Impersonate-User", user));
  }

  /** The same request, admitted and validated as always but not stored. */
  public Call dryRun() {
    String separator = path.contains("?") ? "&" : "?";
    return new Call(method, path + separator + "dryRun=All", contentType, body, headers);
  }
}
