package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.canonical.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontierTest {
  /** The leaves of the test vectors of Certificate Transparency, where RFC 6962 comes from. */
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  @ParameterizedTest
  @CsvSource({
    "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  })
  void theRootsAreThoseOfCertificateTransparency(int size, String root) {
    Frontier frontier = Frontier.EMPTY;
    for (int i = 0; i < size; i++) {
      frontier = frontier.append(HexFormat.of().parseHex(LEAVES.get(i)));
    }

    assertThat(frontier.root().hex()).isEqualTo(root);
    assertThat(frontier.size()).isEqualTo(size);
  }

  @Test
  void theRootIsThatOfTheRecursiveDefinitionForEverySize() {
    Random random = new Random(48);
    List<byte[]> leaves = new ArrayList<>();
    Frontier frontier = Frontier.EMPTY;
    for (int size = 1; size <= 300; size++) {
      byte[] leaf = new byte[random.nextInt(40)];
      random.nextBytes(leaf);
      leaves.add(leaf);
      frontier = frontier.append(leaf);

      assertThat(frontier.root().bytes()).as("size %d", size).isEqualTo(treeHash(leaves));
      assertThat(frontier.last()).isEqualTo(Digest.of(leaf));
      assertThat(Frontier.parse(frontier.json())).isEqualTo(frontier);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"size\":1,\"peaks\":[]}",
        "{\"size\":-1,\"peaks\":[]}",
        "{\"size\":1.5,\"peaks\":[]}",
        "{\"size\":\"0\",\"peaks\":[]}",
        "{\"size\":0,\"size\":0,\"peaks\":[]}",
        "{\"size\":9223372036854775807,\"peaks\":[]}",
        "{\"size\":1,\"peaks\":[\"00\"],\"last\":\"00\"}",
        "{\"size\":1,\"peaks\":[\"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\"]}",
        "{\"size\":0,\"peaks\":[],\"last\":\"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d\"}",
      })
  void whatIsNoFrontierIsRefused(String json) {
    assertThatThrownBy(() -> Frontier.parse(json)).isInstanceOf(IllegalArgumentException.class);
  }

  /** RFC 6962, section 2.1, word for word. */
  private static byte[] treeHash(List<byte[]> leaves) {
    MessageDigest sha256 = Digest.sha256();
    if (leaves.size() == 1) {
      sha256.update((byte) 0);
      return sha256.digest(leaves.getFirst());
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    byte[] left = treeHash(leaves.subList(0, k));
    byte[] right = treeHash(leaves.subList(k, leaves.size()));
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }
}
