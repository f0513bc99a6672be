package ai.prismer.claw.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a running operator says of itself, and what the kernel says of it. */
final class Gauge {
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

  /**
   * Writing requests to the API server so far. Events, leases, token requests and access reviews do
   * not count; nor does what is remembered for the operator as a whole.
   */
  long writes() throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("claw_api_writes_total{"))
        .filter(line ->
            !line.matches(
                ".*resource=\"(events|leases|serviceaccounts/token|selfsubjectreviews"
                    + "|subjectaccessreviews|selfsubjectaccessreviews)\".*"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
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
