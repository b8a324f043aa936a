import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.EventListener;
import javax.servlet.DispatcherType;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * Apache Solr 9, standalone, for development and tests: the two classes that Solr's own web.xml
 * names, in a Jetty that listens on the loopback address.
 *
 * <pre>java -Dsolr.solr.home=DIR -Djetty.port=8983 -cp 'jars/*' SolrServer.java</pre>
 *
 * Cores load after the port opens and answer 503 until then, so readiness is a core's
 * admin/ping, not an open port. SIGTERM closes the index in order.
 */
public class SolrServer {

  public static void main(String[] args) throws Exception {
    String home = System.getProperty("solr.solr.home", "");
    if (home.isEmpty() || !Files.exists(Path.of(home, "solr.xml"))) {
      System.err.println("-Dsolr.solr.home must name a directory that holds solr.xml");
      System.exit(2);
    }

    Server server = new Server();
    server.setStopAtShutdown(true);
    server.setStopTimeout(10_000);
    server.addConnector(connector(server));
    server.setHandler(solr());
    try {
      server.start();
    } catch (Exception problem) {
      problem.printStackTrace();
      System.exit(1); // Solr's own threads would keep a half-started process alive
    }
    server.join();
  }

  private static ServerConnector connector(Server server) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(65_536); // CKAN sends searches up to a kilobyte by GET, facets on top
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(System.getProperty("jetty.host", "127.0.0.1"));
    connector.setPort(Integer.getInteger("jetty.port", 8983));
    connector.setIdleTimeout(120_000);
    return connector;
  }

  /** Solr's classes are named as text: this file compiles against Jetty alone. */
  private static ServletContextHandler solr() throws ReflectiveOperationException {
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
    context.setContextPath("/solr");
    Class<?> listener = Class.forName("org.apache.solr.servlet.CoreContainerProvider");
    context.addEventListener((EventListener) listener.getDeclaredConstructor().newInstance());
    FilterHolder filter = new FilterHolder();
    filter.setName("solr");
    filter.setClassName("org.apache.solr.servlet.SolrDispatchFilter");
    context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(new ServletHolder("none", new Nothing()), "/"); // a filter needs a servlet behind it
    return context;
  }

  /** What Solr does not answer is not there. */
  public static class Nothing extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
