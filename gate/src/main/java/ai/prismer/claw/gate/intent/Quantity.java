package ai.prismer.claw.gate.intent;

import ai.prismer.claw.gate.text.ForeignText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' resource quantities, exactly.
 *
 * <p>Two readers, because two writers are trusted differently. {@code stored…} reads whatever the
 * API server may hold, in the full grammar of <a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>,
 * and rounds up as Kubernetes itself does. {@code asked…} reads what an intent asks for: a positive
 * whole number of bytes or millicores, without sign or exponent, so that the approver's eye and the
 * machine agree on how much that is ({@code 1e18}, {@code 0.5m} bytes and digits of another script
 * are refused).
 */
public final class Quantity {
  /** Longer texts are not quantities anybody writes; also bounds the arithmetic below. */
  private static final int MAX_LENGTH = 32;

  private static final Pattern ASKED =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");
  private static final Pattern STORED =
      Pattern.compile(
          "([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))"
              + "(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?[0-9]{1,2}))?");

  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final String BINARY = "KMGTPE";
  private static final long KIBI = 1024;

  private Quantity() {}

  /**
   * Memory that an intent asks for.
   *
   * @return bytes, at least 1
   * @throws IllegalArgumentException with a reason a person can act on
   */
  public static long askedBytes(String text) {
    Matcher matcher = asked(text, "memory such as 768Mi");
    if ("m".equals(matcher.group(2))) {
      throw refused(text, "memory has no thousandths; write for example 768Mi");
    }
    return whole(text, number(matcher.group(1), matcher.group(2)), "bytes");
  }

  /**
   * CPU that an intent asks for.
   *
   * @return millicores, at least 1
   * @throws IllegalArgumentException with a reason a person can act on
   */
  public static long askedMillicores(String text) {
    Matcher matcher = asked(text, "CPU such as 750m or 1.5");
    String suffix = matcher.group(2);
    if (suffix != null && !suffix.equals("m")) {
      throw refused(text, "CPU is written in cores or thousandths of a core, such as 750m or 1.5");
    }
    return whole(text, number(matcher.group(1), suffix).movePointRight(3), "thousandths of a core");
  }

  /**
   * Memory as the API server stores it, rounded up to a whole byte.
   *
   * @return bytes, 0 or more
   * @throws IllegalArgumentException if the text is no quantity, negative, or over 8 EiB
   */
  public static long storedBytes(String text) {
    return roundedUp(text, stored(text));
  }

  /**
   * CPU as the API server stores it, rounded up to a whole millicore.
   *
   * @return millicores, 0 or more
   * @throws IllegalArgumentException if the text is no quantity, negative, or out of range
   */
  public static long storedMillicores(String text) {
    return roundedUp(text, stored(text).movePointRight(3));
  }

  /** Canonical text of an amount of memory: the largest binary unit that divides it. */
  public static String printBytes(long bytes) {
    long amount = bytes;
    int unit = -1;
    while (amount != 0 && amount % KIBI == 0 && unit < BINARY.length() - 1) {
      amount /= KIBI;
      unit++;
    }
    return unit < 0 ? Long.toString(amount) : amount + "" + BINARY.charAt(unit) + "i";
  }

  /** Canonical text of an amount of CPU: whole cores, or else millicores. */
  public static String printMillicores(long millicores) {
    return millicores % 1000 == 0 ? Long.toString(millicores / 1000) : millicores + "m";
  }

  private static Matcher asked(String text, String example) {
    Matcher matcher = ASKED.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      throw refused(text, "it must be a plain amount of " + example);
    }
    return matcher;
  }

  private static BigDecimal stored(String text) {
    Matcher matcher = STORED.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      throw refused(text, "it is no Kubernetes quantity");
    }
    BigDecimal number = number(matcher.group(1), matcher.group(2));
    String exponent = matcher.group(3);
    return exponent == null ? number : number.scaleByPowerOfTen(Integer.parseInt(exponent));
  }

  private static BigDecimal number(String digits, @Nullable String suffix) {
    BigDecimal number = new BigDecimal(digits);
    if (suffix == null) {
      return number;
    }
    if (suffix.endsWith("i")) {
      int power = BINARY.indexOf(suffix.charAt(0)) + 1;
      return number.multiply(BigDecimal.valueOf(KIBI).pow(power));
    }
    return number.scaleByPowerOfTen(
        switch (suffix.charAt(0)) {
          case 'n' -> -9;
          case 'u' -> -6;
          case 'm' -> -3;
          case 'k' -> 3;
          case 'M' -> 6;
          case 'G' -> 9;
          case 'T' -> 12;
          case 'P' -> 15;
          default -> 18;
        });
  }

  private static long whole(String text, BigDecimal number, String unit) {
    if (number.signum() <= 0) {
      throw refused(text, "it must be more than 0");
    }
    if (number.compareTo(MAX) > 0) {
      throw refused(text, "it is out of range");
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw refused(text, "it must be a whole number of " + unit);
    }
  }

  private static long roundedUp(String text, BigDecimal number) {
    if (number.signum() < 0 || number.compareTo(MAX) > 0) {
      throw refused(text, "it is out of range");
    }
    return number.setScale(0, RoundingMode.UP).longValueExact();
  }

  private static IllegalArgumentException refused(String text, String reason) {
    return new IllegalArgumentException(ForeignText.quoted(text) + ": " + reason);
  }
}
