import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.introspect.*;
import java.io.File;
import java.lang.reflect.AnnotatedElement;
import java.util.*;

/** Prints the OpenAPI schema of a Strimzi kind, version v1, as JSON: from the operator's own released Java model. */
public class StrimziSchemas {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final Deque<Class<?>> INSIDE = new ArrayDeque<>();

    public static void main(String[] arguments) throws Exception {
        for (String name : arguments) {
            Class<?> kind = Class.forName(name);
            Map<String, Object> properties = new TreeMap<>();
            properties.put("apiVersion", Map.of("type", "string"));
            properties.put("kind", Map.of("type", "string"));
            properties.put("metadata", Map.of("type", "object"));
            properties.put("spec", of(MAPPER.constructType(kind.getMethod("getSpec").getGenericReturnType())));
            MAPPER.writeValue(new File(kind.getSimpleName() + ".json"),
                Map.of("type", "object", "required", List.of("spec"), "properties", properties));
        }
    }

    static Map<String, Object> of(JavaType type) {
        Class<?> raw = type.getRawClass();
        if (raw == String.class) return Map.of("type", "string");
        if (raw == boolean.class || raw == Boolean.class) return Map.of("type", "boolean");
        if (raw == int.class || raw == long.class || raw == Integer.class || raw == Long.class) return Map.of("type", "integer");
        if (raw == double.class || raw == Double.class || Number.class.isAssignableFrom(raw)) return Map.of("type", "number");
        if (raw.getSimpleName().equals("IntOrString") || raw.getSimpleName().equals("Quantity")) return Map.of("x-kubernetes-int-or-string", true);
        if (raw.isEnum()) return values(raw);
        if (type.isCollectionLikeType() || type.isArrayType()) return Map.of("type", "array", "items", of(type.getContentType()));
        if (type.isMapLikeType()) return Map.of("type", "object", "additionalProperties", of(type.getContentType()));
        if (raw == Object.class || raw.getName().startsWith("com.fasterxml") || INSIDE.contains(raw)) return Map.of("x-kubernetes-preserve-unknown-fields", true);
        return object(type);
    }

    static Map<String, Object> values(Class<?> raw) {
        List<Object> values = new ArrayList<>();
        for (Object constant : raw.getEnumConstants()) values.add(MAPPER.convertValue(constant, Object.class));
        return Map.of("type", "string", "enum", values);
    }

    static Map<String, Object> object(JavaType type) {
        INSIDE.push(type.getRawClass());
        Map<String, Object> schema = new TreeMap<>(), properties = new TreeMap<>();
        Set<String> required = new TreeSet<>();
        collect(type, properties, required);
        JsonSubTypes kinds = type.getRawClass().getAnnotation(JsonSubTypes.class);
        if (kinds != null) {
            List<Object> names = new ArrayList<>();
            for (JsonSubTypes.Type one : kinds.value()) {
                collect(MAPPER.constructType(one.value()), properties, new TreeSet<>());
                names.add(one.name());
            }
            properties.put("type", Map.of("type", "string", "enum", names));
        }
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) schema.put("required", required);
        INSIDE.pop();
        return schema;
    }

    static void collect(JavaType type, Map<String, Object> properties, Set<String> required) {
        BeanDescription bean = MAPPER.getSerializationConfig().introspect(type);
        for (BeanPropertyDefinition property : bean.findProperties()) {
            AnnotatedMember member = property.getAccessor();
            if (member == null || property.getName().equals("additionalProperties")) continue;
            String present = annotated(type, member, "PresentInVersions");
            if (present != null && present.endsWith("v1beta2")) continue;
            properties.putIfAbsent(property.getName(), of(member.getType()));
            if (annotated(type, member, "RequiredInVersions") != null) required.add(property.getName());
        }
    }

    /** The value of Strimzi's annotation of that name on the getter or its field, or null. */
    static String annotated(JavaType type, AnnotatedMember member, String annotation) {
        List<AnnotatedElement> places = new ArrayList<>();
        if (member.getMember() instanceof AnnotatedElement getter) places.add(getter);
        for (Class<?> owner = type.getRawClass(); owner != null; owner = owner.getSuperclass()) {
            for (var field : owner.getDeclaredFields()) {
                if (member.getName().equalsIgnoreCase("get" + field.getName())) places.add(field);
            }
        }
        for (AnnotatedElement place : places) {
            for (var found : place.getAnnotations()) {
                if (!found.annotationType().getSimpleName().equals(annotation)) continue;
                try { return (String) found.annotationType().getMethod("value").invoke(found); }
                catch (ReflectiveOperationException error) { throw new IllegalStateException(error); }
            }
        }
        return null;
    }
}
