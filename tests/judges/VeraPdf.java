import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.ProfileDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Reference;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Judges PDF files by veraPDF profiles. The profile names are the arguments, the files come one a
 * line on standard input; an empty line ends a group of them, which {@code done} answers.
 *
 * <p>Standard output is one record a line, its fields parted by tabs: {@code verdict file profile
 * passed checks} (file is the line's number in its group, from 0), followed by one {@code rule
 * clause test count message location} for each rule that failed.
 */
public final class VeraPdf {

    /** Keeps on testing after any number of failures, so that every broken rule is named. */
    private static final int NO_LIMIT = -1;

    private final PrintStream out;

    private VeraPdf(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] profileNames) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        // Whatever the library prints must not get between the records.
        System.setOut(System.err);
        VeraGreenfieldFoundryProvider.initialise();
        Map<String, ValidationProfile> profiles = new LinkedHashMap<>();
        for (String name : profileNames) {
            profiles.put(name, readProfile(name));
        }
        VeraPdf judge = new VeraPdf(out);
        BufferedReader paths =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int file = 0;
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            if (path.isEmpty()) {
                judge.print("done");
                out.flush();
                file = 0;
                continue;
            }
            for (Map.Entry<String, ValidationProfile> profile : profiles.entrySet()) {
                judge.report(file, path, profile.getKey(), profile.getValue());
            }
            file++;
        }
    }

    private void report(int file, String path, String name, ValidationProfile profile) {
        ValidationResult result;
        try {
            result = validate(new File(path), profile);
        } catch (Exception broken) {
            // A file that cannot be read is a file that fails, not one that is left out.
            print("verdict", file, name, false, 0);
            print("rule", "unreadable", 0, 1, broken, path);
            return;
        }
        print("verdict", file, name, result.isCompliant(), result.getTotalAssertions());
        printFailures(result);
    }

    private static ValidationResult validate(File file, ValidationProfile profile)
            throws Exception {
        PDFAFlavour flavour = profile.getPDFAFlavour();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance()
                                .createValidator(profile, NO_LIMIT, false, true, false)) {
            return validator.validate(parser);
        }
    }

    private void printFailures(ValidationResult result) {
        Map<RuleId, TestAssertion> first = new LinkedHashMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                first.putIfAbsent(assertion.getRuleId(), assertion);
            }
        }
        Map<RuleId, Integer> counts = result.getFailedChecks();
        for (Map.Entry<RuleId, TestAssertion> failure : first.entrySet()) {
            RuleId rule = failure.getKey();
            TestAssertion assertion = failure.getValue();
            String message = assertion.getErrorMessage();
            print(
                    "rule",
                    rule.getClause(),
                    rule.getTestNumber(),
                    counts.getOrDefault(rule, 1),
                    message == null ? assertion.getMessage() : message,
                    assertion.getLocation().getContext());
        }
    }

    private void print(Object... fields) {
        StringBuilder record = new StringBuilder();
        for (Object field : fields) {
            if (record.length() > 0) {
                record.append('\t');
            }
            record.append(String.valueOf(field).replaceAll("\\s+", " "));
        }
        out.print(record.append('\n'));
    }

    /** Reads a profile with plain DOM, for the jar lacks the JAXB that veraPDF's own reader needs. */
    private static ValidationProfile readProfile(String name) throws Exception {
        Element root = parse("/org/verapdf/pdfa/validation/" + name + ".xml").getDocumentElement();
        Set<Rule> rules = new HashSet<>();
        for (Element rule : children(child(root, "rules"), "rule")) {
            rules.add(readRule(rule));
        }
        if (rules.isEmpty()) {
            throw new IllegalStateException(name + " has no rules, and so would pass any file");
        }
        Set<Variable> variables = new HashSet<>();
        for (Element variable : children(child(root, "variables"), "variable")) {
            variables.add(readVariable(variable));
        }
        PDFAFlavour flavour = PDFAFlavour.valueOf(root.getAttribute("flavour"));
        ProfileDetails details = Profiles.profileDetailsFromValues(name, name, "", new Date(0));
        return Profiles.profileFromValues(flavour, details, "", rules, variables);
    }

    private static Document parse(String resource) throws Exception {
        try (InputStream xml = Profiles.class.getResourceAsStream(resource)) {
            if (xml == null) {
                throw new IllegalArgumentException("the jar has no " + resource);
            }
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml);
        }
    }

    private static Rule readRule(Element rule) {
        Element id = child(rule, "id");
        RuleId ruleId =
                Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                        id.getAttribute("clause"),
                        Integer.parseInt(id.getAttribute("testNumber")));
        return Profiles.ruleFromValues(
                ruleId,
                rule.getAttribute("object"),
                Boolean.valueOf(rule.getAttribute("deferred")),
                rule.getAttribute("tags"),
                text(rule, "description"),
                text(rule, "test"),
                readError(child(rule, "error")),
                new ArrayList<Reference>());
    }

    private static ErrorDetails readError(Element error) {
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element argument : children(child(error, "arguments"), "argument")) {
            String name = argument.hasAttribute("name") ? argument.getAttribute("name") : null;
            arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), name, null));
        }
        return Profiles.errorFromValues(text(error, "message"), arguments);
    }

    private static Variable readVariable(Element variable) {
        return Profiles.variableFromValues(
                variable.getAttribute("name"),
                variable.getAttribute("object"),
                text(variable, "defaultValue"),
                text(variable, "value"));
    }

    private static String text(Element parent, String name) {
        return child(parent, name).getTextContent();
    }

    private static Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        if (found.size() != 1) {
            throw new IllegalStateException(parent.getTagName() + " has no single " + name);
        }
        return found.get(0);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element && ((Element) node).getTagName().equals(name)) {
                found.add((Element) node);
            }
        }
        return found;
    }
}
