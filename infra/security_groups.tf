# Connections allowed inside the network: functions to the cache and to the endpoints, nothing else.

resource "aws_security_group" "functions" {
  name        = "exchange-functions"
  description = "The matcher and the query function"
  vpc_id      = aws_vpc.exchange.id
  tags        = { Name = "exchange-functions" }
}

resource "aws_security_group" "redis" {
  name        = "exchange-redis"
  description = "The order book cache: admits the functions only"
  vpc_id      = aws_vpc.exchange.id
  tags        = { Name = "exchange-redis" }
}

resource "aws_security_group" "endpoints" {
  name        = "exchange-endpoints"
  description = "Interface endpoints: admit the functions only"
  vpc_id      = aws_vpc.exchange.id
  tags        = { Name = "exchange-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "redis_from_functions" {
  description                  = "Book commits and reads"
  security_group_id            = aws_security_group.redis.id
  referenced_security_group_id = aws_security_group.functions.id
  ip_protocol                  = "tcp"
  from_port                    = local.redis_port
  to_port                      = local.redis_port
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_functions" {
  description                  = "Calls of AWS services"
  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = aws_security_group.functions.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "functions_to_redis" {
  description                  = "Book commits and reads"
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = aws_security_group.redis.id
  ip_protocol                  = "tcp"
  from_port                    = local.redis_port
  to_port                      = local.redis_port
}

resource "aws_vpc_security_group_egress_rule" "functions_to_endpoints" {
  description                  = "Kinesis and Secrets Manager"
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "functions_to_gateways" {
  for_each = aws_vpc_endpoint.gateway

  description       = "${each.key} by its gateway endpoint"
  security_group_id = aws_security_group.functions.id
  prefix_list_id    = each.value.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
