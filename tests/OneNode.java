import java.util.Arrays;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of a cluster of several processes: base path, HTTP port less 1, cluster, then settings as
 * name=value. The runner's own main makes either a single node or all of them in one process, and
 * then no node can be killed without the others.
 */
public final class OneNode {
    public static void main(String[] arguments) throws InterruptedException {
        var settings = Arrays.stream(arguments).skip(3).map(each -> each.split("=", 2)).toList();
        new OpenSearchRunner()
            .onBuild((number, builder) -> settings.forEach(each -> builder.put(each[0], each[1])))
            .build(OpenSearchRunner.newConfigs()
                .basePath(arguments[0])
                .baseHttpPort(Integer.parseInt(arguments[1]))
                .clusterName(arguments[2])
                .numOfNode(1));
        Thread.currentThread().join(); // for ever: a node's own threads keep no process alive
    }
}
