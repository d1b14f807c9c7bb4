import com.marcnuri.helm.Helm;
import java.nio.file.Path;

/** Helm for the story of the cluster, by its library: {@code upgrade CHART RELEASE NAMESPACE VALUES}, {@code test RELEASE NAMESPACE}, {@code uninstall …}. */
final class HelmCommand {
    private HelmCommand() {}

    public static void main(String[] words) {
        Path cluster = Path.of(System.getenv("KUBECONFIG"));
        switch (words[0]) {
            case "upgrade" ->
                new Helm(Path.of(words[1]))
                        .upgrade()
                        .install()
                        .createNamespace()
                        .withName(words[2])
                        .withNamespace(words[3])
                        .withValuesFile(Path.of(words[4]))
                        .withKubeConfig(cluster)
                        .call();
            case "test" ->
                Helm.test(words[1])
                        .withNamespace(words[2])
                        .withTimeout(300)
                        .withKubeConfig(cluster)
                        .call();
            case "uninstall" ->
                Helm.uninstall(words[1])
                        .withNamespace(words[2])
                        .withKubeConfig(cluster)
                        .call();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }
}
