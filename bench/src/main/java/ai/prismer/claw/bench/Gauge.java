package ai.prismer.claw.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running operator says of itself, and what the kernel says of it. */
final class Gauge {
  private static final Pattern WRITE =
      Pattern.compile(
          "claw_api_writes_total\\{resource=\"(?<resource>[^\"]*)\",verb=\"(?<verb>[^\"]*)\"} (?<count>.*)");

  private static final Set<String> FREE =
      Set.of(
          "events",
          "leases",
          "serviceaccounts/token",
          "selfsubjectreviews",
          "subjectaccessreviews",
          "selfsubjectaccessreviews");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process operator;
  private final URI base;

  Gauge(Process operator, int port) {
    this.operator = operator;
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  /** Whether its caches are in sync. */
  boolean ready() throws InterruptedException {
    if (!operator.isAlive()) {
      throw new IllegalStateException("the operator ended with " + operator.exitValue());
    }
    try {
      return get("/readyz").statusCode() == 200;
    } catch (IOException notListening) {
      return false;
    }
  }

  /** All of {@link #writesByKind}. */
  long writes() throws IOException, InterruptedException {
    return writesByKind().values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Writing requests to the API server so far, by verb and resource. Events, leases, token requests
   * and access reviews do not count.
   */
  Map<String, Long> writesByKind() throws IOException, InterruptedException {
    Map<String, Long> writes = new TreeMap<>();
    for (String line : get("/metrics").body().lines().toList()) {
      Matcher write = WRITE.matcher(line);
      if (write.matches() && !FREE.contains(write.group("resource"))) {
        writes.put(
            write.group("verb") + " " + write.group("resource"),
            (long) Double.parseDouble(write.group("count")));
      }
    }
    return writes;
  }

  /** Resident memory in MiB. */
  long residentMebibytes() throws IOException {
    return residentMebibytes(operator);
  }

  /** Resident memory of a process in MiB, as the kernel counts it. */
  static long residentMebibytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
