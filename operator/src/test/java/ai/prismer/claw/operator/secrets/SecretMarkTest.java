package ai.prismer.claw.operator.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretMarkTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      nullValues = "-",
      value = {
        "a first pod,                       k1.x, -,    -,    k1.x, -",
        "nothing changed,                   k1.x, k1.x, -,    k1.x, -",
        "a Secret changed,                  k1.y, k1.x, -,    k1.y, -",
        "a new key alone rolls nothing,     k2.x, k1.x, -,    k1.x, k2.x",
        "and goes on rolling nothing,       k2.x, k1.x, k2.x, k1.x, k2.x",
        "a Secret changed under a new key,  k2.y, k1.x, k2.x, k2.y, -",
        "after that all is as before,       k2.y, k2.y, -,    k2.y, -",
        "a third key begins anew,           k3.x, k1.x, k2.x, k1.x, k3.x",
      })
  void decides(
      String what,
      String present,
      String template,
      String baseline,
      String wantedTemplate,
      String wantedBaseline) {
    assertThat(SecretMark.decide(present, template, baseline))
        .as(what)
        .isEqualTo(new SecretMark(wantedTemplate, wantedBaseline));
  }
}
